"""The polite crawler of organisations' own sites."""
