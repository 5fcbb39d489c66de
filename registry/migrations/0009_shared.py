"""What authors share of a paper, for its filter; and what metadata links to."""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("registry", "0008_covered_indexes")]

    operations = [
        migrations.AddField(
            model_name="paper",
            name="shared",
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=24), blank=True, db_default=models.Value("{}"), default=list, help_text="What is known of what authors share, such as code:partly (registry/shared.py).", size=None),
        ),
        migrations.AddField(
            model_name="paper",
            name="shared_links",
            field=models.JSONField(blank=True, help_text="What metadata links to: item to url, source and at (ISO 8601, UTC).", null=True),
        ),
        migrations.AddIndex(
            model_name="paper",
            index=django.contrib.postgres.indexes.GinIndex(condition=models.Q(("shared", []), _negated=True), fields=["shared"], name="paper_shared"),
        ),
        migrations.AddConstraint(
            model_name="paper",
            constraint=models.CheckConstraint(condition=models.Q(("shared__contained_by", ['code:yes', 'code:partly', 'code:no', 'dependencies:yes', 'dependencies:partly', 'dependencies:no', 'training_code:yes', 'training_code:partly', 'training_code:no', 'evaluation_code:yes', 'evaluation_code:partly', 'evaluation_code:no', 'models:yes', 'models:partly', 'models:no', 'commands:yes', 'commands:partly', 'commands:no', 'data:yes', 'data:partly', 'data:no', 'hyperparameters:yes', 'hyperparameters:partly', 'hyperparameters:no', 'seeds:yes', 'seeds:partly', 'seeds:no', 'compute:yes', 'compute:partly', 'compute:no'])), name="shared_in_known_words"),
        ),
    ]
