from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "notifications"

    def ready(self) -> None:
        """Hear what the mail provider posts."""
        from notifications import webhooks

        webhooks.connect()
