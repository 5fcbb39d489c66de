"""The forms of reports, answers and moderation."""
