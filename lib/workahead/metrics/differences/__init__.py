"""Why two readings of one book differ: by day of reading, by table, by definition."""
