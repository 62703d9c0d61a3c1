"""One account: what it has, whom we know, what was said."""
