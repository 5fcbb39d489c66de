"""What changed last on the list is found by an index (registry/listed_feed.py)."""

import django.db.models.functions.comparison
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('registry', '0014_words_and_counts'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='listing',
            index=models.Index(models.OrderBy(django.db.models.functions.comparison.Coalesce('closed_at', 'opened_at'), descending=True), models.OrderBy(models.F('id'), descending=True), name='listing_changed'),
        ),
    ]
