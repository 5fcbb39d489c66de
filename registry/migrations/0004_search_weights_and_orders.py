"""Titles count more than names and venues in a search; orders without NULLs; look-up by address."""

import django.contrib.postgres.indexes
import django.contrib.postgres.search
from django.db import migrations, models
from django.db.models.functions import Coalesce

import registry.models


class Migration(migrations.Migration):
    dependencies = [("registry", "0003_append_only")]
    operations = [
        migrations.RemoveIndex("paper", "paper_search"),
        migrations.RemoveField("paper", "search"),
        migrations.AddField(
            "paper",
            "search",
            models.GeneratedField(
                db_persist=True,
                expression=models.Func(
                    registry.models.weighed("title", "A"),
                    registry.models.weighed("names", "B"),
                    registry.models.weighed("venue", "D"),
                    arg_joiner=" || ",
                    function="",
                    output_field=django.contrib.postgres.search.SearchVectorField(),
                ),
                output_field=django.contrib.postgres.search.SearchVectorField(),
            ),
        ),
        migrations.AddIndex(
            "paper",
            django.contrib.postgres.indexes.GinIndex(fields=["search"], name="paper_search"),
        ),
        migrations.RemoveIndex("paper", "paper_year"),
        migrations.RemoveIndex("paper", "paper_venue"),
        migrations.AddIndex(
            "paper",
            models.Index(
                Coalesce("year", 0).desc(), models.F("id").desc(), name="paper_year"
            ),
        ),
        migrations.AddIndex(
            "paper",
            models.Index(
                models.F("venue"),
                Coalesce("year", 0).desc(),
                models.F("id").desc(),
                name="paper_venue",
            ),
        ),
        migrations.AddIndex(
            "paper",
            django.contrib.postgres.indexes.HashIndex(
                condition=models.Q(("url", ""), _negated=True), fields=["url"], name="paper_url"
            ),
        ),
    ]
