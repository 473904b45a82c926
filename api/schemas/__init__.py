"""The stable shapes of `/api/v1`."""
