from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "reports"

    def ready(self) -> None:
        """Say who tells the registry of open inquiries."""
        from registry import asked
        from reports.visibility import papers_asked

        asked.told_by(papers_asked)
