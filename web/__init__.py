"""The thin Jinja front: routes, view models, templates; it calls the rooms and holds no rules."""
