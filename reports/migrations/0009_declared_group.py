"""The group or institution behind an attempt, as its reporter declares it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("reports", "0008_again")]
    operations = [
        migrations.AddField(
            "report",
            "group",
            models.CharField(
                blank=True, default="", db_default="", max_length=200,
                help_text="Group or institution behind the attempt; public.",
            ),
        ),
        migrations.AddField(
            "report",
            "group_key",
            models.CharField(
                blank=True, default="", db_default="", max_length=64,
                help_text="By which groups are compared (independence.py).",
            ),
        ),
    ]  # fmt: skip
