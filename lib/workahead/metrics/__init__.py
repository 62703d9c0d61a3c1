"""A Book to a tidy pandas table. Pure: no file, no plot, no clock."""
