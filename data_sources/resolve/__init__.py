"""Duplicate proposals with their evidence; pure."""
