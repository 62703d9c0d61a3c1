"""What comes due, when, how it ended, and what is at risk."""
