"""SQLModel tables, repositories and migrations; imports nothing above it."""
