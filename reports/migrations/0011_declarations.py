"""Moderators declare whether they have a conflict of interest, and their acts have a log."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('reports', '0010_shared'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name='reportevent',
            name='kind',
            field=models.CharField(choices=[('state', 'state changed'), ('letter', 'letter owed'), ('letter_fact', 'letter accepted, delivered, failed or cancelled'), ('deadline', 'deadline changed'), ('extension', 'more time granted'), ('hold', 'hold opened'), ('release', 'hold released'), ('suggestion', 'another person named, or authorship denied'), ('decision', 'a moderator decided'), ('opt_out', 'an author asked not to be written to again'), ('answer', 'an author answered or added to an answer'), ('reply', 'an author answered by mail'), ('agreement', 'an agreement was given, confirmed, objected to or taken back'), ('search', 'a search for addresses was recorded'), ('declaration', 'a moderator declared whether they have a conflict of interest')], max_length=12),
        ),
        migrations.AddIndex(
            model_name='reportevent',
            index=models.Index(condition=models.Q(('actor', 'moderator'), ('user__isnull', False)), fields=['-id'], name='event_of_moderators'),
        ),
    ]
