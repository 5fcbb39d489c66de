"""Drop the indexes that a longer one covers, and those that hold mostly NULLs."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('registry', '0008_covered_indexes'),
        ('reports', '0005_named_persons'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name='address',
            name='report',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='addresses', to='reports.report'),
        ),
        migrations.AlterField(
            model_name='answerlink',
            name='contact',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='links', to='reports.contact'),
        ),
        migrations.AlterField(
            model_name='claim',
            name='report',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='claims', to='reports.report'),
        ),
        migrations.AlterField(
            model_name='contact',
            name='inquiry',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='contacts', to='reports.inquiry'),
        ),
        migrations.AlterField(
            model_name='evidence',
            name='report',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='evidence', to='reports.report'),
        ),
        migrations.AlterField(
            model_name='report',
            name='paper',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reports', to='registry.paper'),
        ),
        migrations.AlterField(
            model_name='report',
            name='reporter',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='reports', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AlterField(
            model_name='reportevent',
            name='contact',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reports.contact'),
        ),
        migrations.AlterField(
            model_name='reportevent',
            name='report',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='events', to='reports.report'),
        ),
        migrations.AlterField(
            model_name='reportevent',
            name='user',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddIndex(
            model_name='reportevent',
            index=models.Index(condition=models.Q(('user__isnull', False)), fields=['user'], name='event_of_user'),
        ),
        migrations.AddIndex(
            model_name='reportevent',
            index=models.Index(condition=models.Q(('contact__isnull', False)), fields=['contact'], name='event_of_contact'),
        ),
    ]
