"""People, organisations, teams, sessions and the policy table."""
