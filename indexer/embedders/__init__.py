"""Models that turn words into vectors, behind `kaart.domain.ports.Embedder`."""
