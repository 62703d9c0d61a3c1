"""Where ARR stands, what moved it, and what of it stays."""
