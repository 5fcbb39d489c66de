"""Authors ask for a link; a hold knows the appeal that it waits for, and not the other way round."""

from typing import Any

from django.conf import settings
from django.db import migrations, models
from django.db.models import Q


def to_the_hold(apps: Any, schema_editor: Any) -> None:
    appeals = apps.get_model("reports", "Appeal").objects.exclude(hold=None)
    for appeal in appeals.only("hold_id").iterator():
        apps.get_model("reports", "Hold").objects.filter(pk=appeal.hold_id).update(appeal=appeal.pk)


def to_the_appeal(apps: Any, schema_editor: Any) -> None:
    holds = apps.get_model("reports", "Hold").objects.exclude(appeal=None)
    for hold in holds.only("appeal_id").iterator():
        apps.get_model("reports", "Appeal").objects.filter(pk=hold.appeal_id).update(hold=hold.pk)


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("reports", "0018_additions"),
    ]

    operations = [
        migrations.AlterField(
            model_name="appeal",
            name="hold",
            field=models.OneToOneField(
                blank=True, null=True, on_delete=models.PROTECT, related_name="+",
                to="reports.hold",
            ),
        ),
        migrations.AddField(
            model_name="hold",
            name="appeal",
            field=models.ForeignKey(
                blank=True, null=True, on_delete=models.PROTECT, related_name="holds",
                to="reports.appeal",
                help_text="The appeal, or the author's wish for a link, that it waits for.",
            ),
        ),
        migrations.RunPython(to_the_hold, to_the_appeal),
        migrations.RemoveField(model_name="appeal", name="hold"),
        migrations.AddField(
            model_name="appeal",
            name="position",
            field=models.PositiveSmallIntegerField(
                blank=True, null=True, help_text="The author of the paper that they say they are."
            ),
        ),
        migrations.AlterField(
            model_name="appeal",
            name="kind",
            field=models.CharField(
                choices=[
                    ("appeal", "appeal against a decision"),
                    ("legal", "legal complaint"),
                    ("privacy", "privacy"),
                    ("author", "an author asks for a link"),
                ],
                max_length=7,
            ),
        ),
        migrations.AddConstraint(
            model_name="appeal",
            constraint=models.CheckConstraint(
                name="appeal_position_of_an_author",
                condition=Q(position=None) | Q(kind="author"),
            ),
        ),
    ]
