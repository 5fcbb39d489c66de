"""Drop the indexes that a longer one covers, and those that hold mostly NULLs."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('registry', '0007_listings_of_rows'),
    ]

    operations = [
        migrations.AlterField(
            model_name='listing',
            name='paper',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='listings', to='registry.paper'),
        ),
        migrations.AlterField(
            model_name='paper',
            name='source_key',
            field=models.CharField(blank=True, max_length=100, null=True),
        ),
        migrations.AlterField(
            model_name='paperauthor',
            name='paper',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='authors', to='registry.paper'),
        ),
        migrations.AlterField(
            model_name='paperversion',
            name='paper',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='versions', to='registry.paper'),
        ),
        migrations.AddConstraint(
            model_name='paper',
            constraint=models.UniqueConstraint(condition=models.Q(('source_key__isnull', False)), fields=('source_key',), name='one_paper_a_source_key'),
        ),
    ]
