"""Brings a need to the offers that fit it, with the reasons. No framework, no SQL: all data comes through ports."""
