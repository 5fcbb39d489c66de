"""Notices about works; what bibliographies are checked by: buckets of identifiers, keys of titles
that are near."""

import django.db.models.deletion
import registry.models
from django.db import migrations, models

BUCKET = """
CREATE FUNCTION registry_bucket(scheme text, value text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT substr(encode(sha256(convert_to(scheme || ':' || value, 'UTF8')), 'hex'), 1, 3)
$$;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('registry', '0011_schemes'),
    ]

    operations = [
        migrations.RunSQL(BUCKET, "DROP FUNCTION registry_bucket(text, text)"),
        migrations.CreateModel(
            name='NearTitle',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.BigIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name='Notice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('scheme', models.CharField(choices=[('doi', 'DOI'), ('arxiv', 'arXiv'), ('openreview', 'OpenReview'), ('acl', 'ACL Anthology'), ('pmid', 'PubMed'), ('isbn', 'ISBN'), ('s2', 'Semantic Scholar'), ('openalex', 'OpenAlex')], max_length=12)),
                ('value', models.CharField(max_length=300)),
                ('kind', models.CharField(choices=[('retracted', 'retracted'), ('withdrawn', 'withdrawn'), ('concern', 'expression of concern'), ('corrected', 'corrected'), ('reinstated', 'reinstated')], max_length=10)),
                ('dated', models.DateField(blank=True, null=True)),
                ('notice', models.CharField(blank=True, help_text="The notice's own DOI.", max_length=300)),
                ('source', models.CharField(help_text='Who says so: Crossref, Retraction Watch.', max_length=60)),
                ('found_at', models.DateTimeField()),
            ],
            options={
                'ordering': ['dated', 'pk'],
            },
        ),
        migrations.AddIndex(
            model_name='identifier',
            index=models.Index(registry.models.Bucket('scheme', 'value'), name='identifier_bucket'),
        ),
        migrations.AddIndex(
            model_name='notice',
            index=models.Index(registry.models.Bucket('scheme', 'value'), name='notice_bucket'),
        ),
        migrations.AddField(
            model_name='neartitle',
            name='paper',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='near_titles', to='registry.paper'),
        ),
        migrations.AddConstraint(
            model_name='notice',
            constraint=models.UniqueConstraint(fields=('value', 'scheme', 'kind', 'notice'), name='one_notice_a_kind'),
        ),
        migrations.AddConstraint(
            model_name='neartitle',
            constraint=models.UniqueConstraint(fields=('key', 'paper'), name='one_near_title'),
        ),
    ]
