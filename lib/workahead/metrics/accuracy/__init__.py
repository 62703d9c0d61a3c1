"""How right the calls on renewals were."""
