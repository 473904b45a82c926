"""What the project is about, in plain Python: imports only `kaart.errors` and the standard library."""
