"""Migrations of the database, run by `kaart.store.migrate`."""
