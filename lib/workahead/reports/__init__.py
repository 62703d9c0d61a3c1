"""Notebooks into pages: check the parameters, run, export, publish, index."""
