from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "reports"

    def ready(self) -> None:
        """Say who tells the registry of open inquiries, and which words its filters have."""
        from registry import asked, words
        from reports.models import Cause
        from reports.states import Mode
        from reports.visibility import papers_asked

        asked.told_by(papers_asked)
        words.are(modes={mode: mode for mode in Mode}, causes=dict(Cause.choices))
