"""One module per source; no adapter imports another."""
