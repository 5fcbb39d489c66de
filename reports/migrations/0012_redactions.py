"""Passages covered by a mark, the texts as they were, and what keeps both from being changed."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

FORWARD = """
CREATE FUNCTION reports_only_covered(kind text, old jsonb, new jsonb, free text[]) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT NOT EXISTS (
        SELECT 1 FROM jsonb_each(new) AS n JOIN jsonb_each(old) AS o USING (key)
        WHERE n.value IS DISTINCT FROM o.value AND key <> ALL (free) AND NOT EXISTS (
            SELECT 1 FROM reports_original AS kept
            WHERE kept.kind = $1 AND kept.number = (old->>'id')::bigint AND kept.field = key
        )
    )
$$;
CREATE FUNCTION reports_event_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND reports_only_covered('event', to_jsonb(OLD), to_jsonb(NEW), '{}') THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME;
END $$;
DROP TRIGGER reports_event_append_only ON reports_reportevent;
CREATE TRIGGER reports_event_append_only BEFORE UPDATE OR DELETE ON reports_reportevent
    FOR EACH ROW EXECUTE FUNCTION reports_event_append_only();
CREATE OR REPLACE FUNCTION reports_answer_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE'
        AND reports_only_covered('answer', to_jsonb(OLD), to_jsonb(NEW), '{without_content}')
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'answers are append-only: let the author add another';
END $$;
CREATE OR REPLACE FUNCTION reports_statement_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE'
        AND (reports_only_covered('statement', to_jsonb(OLD), to_jsonb(NEW), '{}')
            OR (to_jsonb(NEW) - 'url' - 'note' = to_jsonb(OLD) - 'url' - 'note'
                AND NEW.url = '' AND NEW.note = '' AND OLD.contact_id IS NULL))
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'statements are append-only: say it anew';
END $$;
CREATE FUNCTION reports_original_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR NEW.text <> '' OR to_jsonb(NEW) - 'text' <> to_jsonb(OLD) - 'text' THEN
        RAISE EXCEPTION 'an original is kept as it is, or erased with its writer''s words';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER reports_original_kept BEFORE UPDATE OR DELETE ON reports_original
    FOR EACH ROW EXECUTE FUNCTION reports_original_kept();
CREATE FUNCTION reports_redaction_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    undone text[] := '{undone_at,undone_by_id,undone_reason}';
BEGIN
    IF TG_OP = 'DELETE' OR OLD.undone_at IS NOT NULL
        OR to_jsonb(NEW) - undone <> to_jsonb(OLD) - undone
    THEN
        RAISE EXCEPTION 'redactions are append-only: take one back by a second act';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER reports_redaction_append_only BEFORE UPDATE OR DELETE ON reports_redaction
    FOR EACH ROW EXECUTE FUNCTION reports_redaction_append_only();
"""
BACKWARD = """
DROP TRIGGER reports_redaction_append_only ON reports_redaction;
DROP FUNCTION reports_redaction_append_only();
DROP TRIGGER reports_original_kept ON reports_original;
DROP FUNCTION reports_original_kept();
CREATE OR REPLACE FUNCTION reports_statement_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR to_jsonb(NEW) - 'url' - 'note' <> to_jsonb(OLD) - 'url' - 'note'
        OR NEW.url <> '' OR NEW.note <> '' OR OLD.contact_id IS NOT NULL
    THEN
        RAISE EXCEPTION 'statements are append-only: say it anew';
    END IF;
    RETURN NEW;
END $$;
CREATE OR REPLACE FUNCTION reports_answer_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR to_jsonb(NEW) - 'without_content' <> to_jsonb(OLD) - 'without_content'
    THEN
        RAISE EXCEPTION 'answers are append-only: let the author add another';
    END IF;
    RETURN NEW;
END $$;
DROP TRIGGER reports_event_append_only ON reports_reportevent;
CREATE TRIGGER reports_event_append_only BEFORE UPDATE OR DELETE ON reports_reportevent
    FOR EACH ROW EXECUTE FUNCTION reports_append_only();
DROP FUNCTION reports_event_append_only();
DROP FUNCTION reports_only_covered(text, jsonb, jsonb, text[]);
"""


class Migration(migrations.Migration):

    dependencies = [
        ('reports', '0011_declarations'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name='reportevent',
            name='kind',
            field=models.CharField(choices=[('state', 'state changed'), ('letter', 'letter owed'), ('letter_fact', 'letter accepted, delivered, failed or cancelled'), ('deadline', 'deadline changed'), ('extension', 'more time granted'), ('hold', 'hold opened'), ('release', 'hold released'), ('suggestion', 'another person named, or authorship denied'), ('decision', 'a moderator decided'), ('opt_out', 'an author asked not to be written to again'), ('answer', 'an author answered or added to an answer'), ('reply', 'an author answered by mail'), ('agreement', 'an agreement was given, confirmed, objected to or taken back'), ('search', 'a search for addresses was recorded'), ('redaction', 'a passage was redacted, or shown again'), ('declaration', 'a moderator declared whether they have a conflict of interest')], max_length=12),
        ),
        migrations.CreateModel(
            name='Redaction',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('passage', models.TextField(help_text='The exact words; for moderators only.')),
                ('reason', models.CharField(help_text='Public.', max_length=300)),
                ('at', models.DateTimeField()),
                ('undone_at', models.DateTimeField(blank=True, null=True)),
                ('undone_reason', models.CharField(blank=True, help_text='Public.', max_length=300)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('report', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='redactions', to='reports.report')),
                ('undone_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['id'],
                'indexes': [models.Index(fields=['-at', '-id'], name='redaction_newest')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('undone_at', None), ('undone_by', None), ('undone_reason', '')), models.Q(('undone_at__isnull', False), ('undone_by__isnull', False), models.Q(('undone_reason', ''), _negated=True)), _connector='OR'), name='undone_by_somebody_with_a_reason')],
            },
        ),
        migrations.CreateModel(
            name='Original',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('report', 'report'), ('claim', 'claim'), ('evidence', 'evidence'), ('answer', 'answer'), ('event', 'words on the answer'), ('statement', 'word on what is shared')], max_length=9)),
                ('number', models.BigIntegerField(help_text='The id of the row in which the text stands.')),
                ('field', models.CharField(max_length=30)),
                ('text', models.TextField(help_text="Emptied when the reporter's words are erased.")),
                ('report', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='originals', to='reports.report')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('kind', 'number', 'field'), name='one_original_a_text')],
            },
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
