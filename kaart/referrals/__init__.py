"""Cases, the lifecycle table, consent, hand-over and follow-up."""
