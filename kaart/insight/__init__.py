"""Counters, gaps and metrics, with suppression."""
