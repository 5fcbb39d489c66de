"""Papers that are one work: one points to the other, its root."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("registry", "0009_shared")]

    operations = [
        migrations.AddField(
            model_name='paper',
            name='root',
            field=models.ForeignKey(blank=True, db_index=False, help_text='The paper that this one is the same work as; what is public is shown there.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='merged', to='registry.paper'),
        ),
        migrations.AddIndex(
            model_name='paper',
            index=models.Index(condition=models.Q(('root__isnull', False)), fields=['root'], name='paper_merged'),
        ),
        migrations.AddConstraint(
            model_name='paper',
            constraint=models.CheckConstraint(condition=models.Q(('root', None), models.Q(models.Q(('root', models.F('id')), _negated=True), ('listed_at', None), ('report_count', 0), ('standing', 'none')), _connector='OR'), name='merged_into_another_and_not_listed'),
        ),
    ]
