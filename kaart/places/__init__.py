"""Places as people name them, areas with their dates, and distance; everything offline unless asked otherwise."""
