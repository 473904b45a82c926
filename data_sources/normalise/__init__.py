"""Phones, addresses, hours, languages: pure functions."""
