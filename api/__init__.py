"""The open API: routes and schemas; it calls the rooms and holds no rules."""
