"""The mail outbox: drains and templates of mails."""
