"""Measures search quality on sets of requests."""
