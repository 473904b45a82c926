"""The criteria: each one module, one pure function ``(ClientNeed, Candidate) -> Reason | None``."""
