"""Elasticsearch and the embedded index, both behind `kaart.domain.ports.SearchIndex`."""
