"""Reads and checks the editorial content."""
