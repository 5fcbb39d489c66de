"""Pages about the mail."""
