"""Edits, verification, capacity, history and undo of the register."""
