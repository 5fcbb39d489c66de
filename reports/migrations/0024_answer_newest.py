"""The newest answers are found by an index (reports/answers_feed.py)."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('reports', '0023_statistics'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='answer',
            index=models.Index(fields=['-given_at', '-id'], name='answer_newest'),
        ),
    ]
