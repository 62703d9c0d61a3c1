"""Canonical tables to a Book: the validated tables at one as-of date, and its dated snapshots on disk."""
