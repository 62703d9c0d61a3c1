"""Where retention will land, and what must close for a target."""
