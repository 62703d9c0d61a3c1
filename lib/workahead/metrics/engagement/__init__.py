"""Whom the team talks to, and what it does each week."""
