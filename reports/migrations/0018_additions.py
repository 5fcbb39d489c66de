"""What either side adds after an answer; append-only but for a reporter who erases their words."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

FORWARD = """
CREATE FUNCTION reports_addition_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE'
        AND (reports_only_covered('addition', to_jsonb(OLD), to_jsonb(NEW), '{}')
            OR (to_jsonb(NEW) - 'text' - 'url' = to_jsonb(OLD) - 'text' - 'url'
                AND NEW.text = '' AND NEW.url = '' AND OLD.side = 'reporter'))
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'additions are append-only: let the side add another';
END $$;
CREATE TRIGGER reports_addition_append_only BEFORE UPDATE OR DELETE ON reports_addition
    FOR EACH ROW EXECUTE FUNCTION reports_addition_append_only();
CREATE TRIGGER reports_addedrun_append_only BEFORE UPDATE ON reports_addedrun
    FOR EACH ROW EXECUTE FUNCTION reports_append_only();
"""
BACKWARD = """
DROP TRIGGER reports_addedrun_append_only ON reports_addedrun;
DROP TRIGGER reports_addition_append_only ON reports_addition;
DROP FUNCTION reports_addition_append_only();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('reports', '0017_paper_events'),
    ]

    operations = [
        migrations.AlterField(
            model_name='original',
            name='kind',
            field=models.CharField(choices=[('report', 'report'), ('claim', 'claim'), ('evidence', 'evidence'), ('answer', 'answer'), ('event', 'words on the answer'), ('file', 'name or note of a file'), ('statement', 'word on what is shared'), ('addition', 'addition after an answer')], max_length=9),
        ),
        migrations.AlterField(
            model_name='reportevent',
            name='kind',
            field=models.CharField(choices=[('state', 'state changed'), ('letter', 'letter owed'), ('letter_fact', 'letter accepted, delivered, failed or cancelled'), ('deadline', 'deadline changed'), ('extension', 'more time granted'), ('hold', 'hold opened'), ('release', 'hold released'), ('suggestion', 'another person named, or authorship denied'), ('decision', 'a moderator decided'), ('opt_out', 'an author asked not to be written to again'), ('answer', 'an author answered or added to an answer'), ('reply', 'an author answered by mail'), ('agreement', 'an agreement was given, confirmed, objected to or taken back'), ('search', 'a search for addresses was recorded'), ('redaction', 'a passage was redacted, or shown again'), ('proposal', 'a moderator proposed, confirmed or rejected'), ('appeal', 'an appeal was received, or decided'), ('declaration', 'a moderator declared whether they have a conflict of interest'), ('addition', 'a statement was added after the answer')], max_length=12),
        ),
        migrations.CreateModel(
            name='Addition',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('side', models.CharField(choices=[('reporter', 'reporter'), ('authors', 'authors')], max_length=8)),
                ('text', models.TextField(blank=True, help_text='Markdown.')),
                ('url', models.URLField(blank=True, max_length=500)),
                ('name', models.CharField(blank=True, help_text='Of the author who writes.', max_length=200)),
                ('role', models.CharField(blank=True, max_length=200)),
                ('given_at', models.DateTimeField()),
                ('form_key', models.UUIDField(help_text='Of the form it was typed into: sent twice it is stored once.', unique=True)),
                ('after', models.ForeignKey(help_text='The newest answer then.', on_delete=django.db.models.deletion.PROTECT, related_name='additions', to='reports.answer')),
                ('contact', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='additions', to='reports.contact')),
                ('report', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='additions', to='reports.report')),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='AddedRun',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('values', django.contrib.postgres.fields.ArrayField(base_field=models.FloatField(), size=None)),
                ('claim', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='added', to='reports.claim')),
                ('addition', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='runs', to='reports.addition')),
            ],
            options={
                'ordering': ['claim__position'],
            },
        ),
        migrations.AddConstraint(
            model_name='addition',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('contact', None), ('name', ''), ('role', ''), ('side', 'reporter')), models.Q(('contact__isnull', False), ('side', 'authors'), models.Q(('name', ''), _negated=True)), _connector='OR'), name='an_author_adds_through_a_link_under_a_name'),
        ),
        migrations.AddConstraint(
            model_name='addedrun',
            constraint=models.UniqueConstraint(fields=('addition', 'claim'), name='one_run_a_claim'),
        ),
        migrations.AddConstraint(
            model_name='addedrun',
            constraint=models.CheckConstraint(condition=models.Q(('values__len__gt', 0)), name='a_run_has_values'),
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
