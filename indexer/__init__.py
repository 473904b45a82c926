"""The only room that knows search engines and models."""
