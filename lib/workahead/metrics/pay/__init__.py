"""What the compensation plan pays."""
