"""An address that was found to be somebody else's has failed; an author may have a link alone."""

from typing import Any

from django.db import migrations, models


def mark(apps: Any, schema_editor: Any) -> None:
    upheld = apps.get_model("reports", "Suggestion").objects.filter(
        upheld=True, contact__state="void", contact__address__failed_at=None
    )
    addresses = apps.get_model("reports", "Address").objects
    for address, at in upheld.values_list("contact__address", "decided_at").iterator():
        addresses.filter(pk=address).update(failed_at=at)


class Migration(migrations.Migration):
    dependencies = [("reports", "0019_author_links")]

    operations = [
        migrations.AlterField(
            model_name="address",
            name="failed_at",
            field=models.DateTimeField(
                blank=True, null=True,
                help_text="A letter to it failed, or it is somebody else's.",
            ),
        ),
        migrations.AlterField(
            model_name="contact",
            name="state",
            field=models.CharField(
                choices=[
                    ("unknown", "not yet written to"),
                    ("handed_over", "letter handed over"),
                    ("delivered", "letter delivered"),
                    ("linked", "asked for a link, and has one"),
                    ("failed", "could not be reached"),
                    ("void", "not an author, or the wrong person"),
                    ("opted_out", "asked not to be written to again"),
                    ("complained", "reported a letter as spam"),
                ],
                default="unknown",
                max_length=12,
            ),
        ),
        migrations.RunPython(mark, migrations.RunPython.noop),
    ]
