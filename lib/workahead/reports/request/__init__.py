"""What is asked for: a report's definition, its parameters, period and readers, checked before anything runs."""
