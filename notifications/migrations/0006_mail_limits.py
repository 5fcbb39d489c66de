"""What limits count: an index of what was accepted lately, and the domains of what is queued."""

from django.db import migrations, models

from notifications.addresses import domain_of


def fill_domains(apps, schema_editor):
    email = apps.get_model("notifications", "Email")
    waiting = email.objects.filter(state__in=["queued", "sending"], domain="").exclude(recipient="")
    for row in waiting.only("id", "recipient").iterator(chunk_size=1000):
        email.objects.filter(pk=row.pk).update(domain=domain_of(row.recipient)[:254])


class Migration(migrations.Migration):
    dependencies = [
        ("notifications", "0005_begun_messages"),
    ]

    operations = [
        migrations.RemoveIndex(model_name="email", name="email_accepted"),
        migrations.AddIndex(
            model_name="email",
            index=models.Index(
                condition=models.Q(("accepted_at__isnull", False)),
                fields=["accepted_at", "domain"],
                name="email_accepted_lately",
            ),
        ),
        migrations.RunPython(fill_domains, migrations.RunPython.noop),
    ]
