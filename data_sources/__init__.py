"""Reaching out and reading: sources in, normalised drafts out, and their way into the register."""
