"""Rows of the list say their open listings from the projection: add them where they were not."""

from django.db import migrations

FORWARD = """
UPDATE registry_paper paper SET facts = facts || jsonb_build_object('listings', coalesce((
    SELECT jsonb_agg(jsonb_build_object(
        'version', version, 'opened_at', opened_at,
        'ground', CASE ground WHEN 'silence' THEN 'no answer' ELSE 'confirmed by the authors' END
    ) ORDER BY opened_at, id)
    FROM registry_listing WHERE paper_id = paper.id AND closed_at IS NULL
), '[]'))
WHERE facts IS NOT NULL AND NOT facts ? 'listings'
"""


class Migration(migrations.Migration):
    dependencies = [("registry", "0006_stated_identifiers")]
    operations = [migrations.RunSQL(FORWARD, migrations.RunSQL.noop)]
