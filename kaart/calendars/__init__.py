"""Working days, holidays, opening hours."""
