"""View models: what a template is given, never a row."""
