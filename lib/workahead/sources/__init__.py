"""CRM exports as they are to canonical tables: reading, mapping, cleaning, and what was set aside."""
