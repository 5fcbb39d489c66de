"""What one moderator proposes and another one confirms or rejects."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

FORWARD = """
CREATE FUNCTION reports_proposal_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    decided text[] := '{decided_at,decided_by_id,confirmed,decision}';
BEGIN
    IF TG_OP = 'DELETE' OR OLD.decided_at IS NOT NULL
        OR to_jsonb(NEW) - decided <> to_jsonb(OLD) - decided
    THEN
        RAISE EXCEPTION 'proposals are append-only: decide on one once';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER reports_proposal_append_only BEFORE UPDATE OR DELETE ON reports_proposal
    FOR EACH ROW EXECUTE FUNCTION reports_proposal_append_only();
"""
BACKWARD = """
DROP TRIGGER reports_proposal_append_only ON reports_proposal;
DROP FUNCTION reports_proposal_append_only();
"""
STATES = ['draft', 'submitted', 'returned', 'declined', 'published', 'asking', 'unreachable', 'unasked', 'answered', 'lapsed', 'disputed', 'resolved', 'confirmed', 'withdrawn', 'removed']


class Migration(migrations.Migration):

    dependencies = [
        ('reports', '0012_redactions'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name='reportevent',
            name='kind',
            field=models.CharField(choices=[('state', 'state changed'), ('letter', 'letter owed'), ('letter_fact', 'letter accepted, delivered, failed or cancelled'), ('deadline', 'deadline changed'), ('extension', 'more time granted'), ('hold', 'hold opened'), ('release', 'hold released'), ('suggestion', 'another person named, or authorship denied'), ('decision', 'a moderator decided'), ('opt_out', 'an author asked not to be written to again'), ('answer', 'an author answered or added to an answer'), ('reply', 'an author answered by mail'), ('agreement', 'an agreement was given, confirmed, objected to or taken back'), ('search', 'a search for addresses was recorded'), ('redaction', 'a passage was redacted, or shown again'), ('proposal', 'a moderator proposed, confirmed or rejected'), ('declaration', 'a moderator declared whether they have a conflict of interest')], max_length=12),
        ),
        migrations.CreateModel(
            name='Proposal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('remove', 'remove the report'), ('release', 'release a hold after the deadline')], max_length=8)),
                ('state_then', models.CharField(choices=[(state, state) for state in STATES], max_length=12)),
                ('reason', models.TextField()),
                ('at', models.DateTimeField()),
                ('decided_at', models.DateTimeField(blank=True, null=True)),
                ('confirmed', models.BooleanField(null=True)),
                ('decision', models.TextField(blank=True, help_text='Why it was rejected.')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('hold', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reports.hold')),
                ('report', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='proposals', to='reports.report')),
            ],
            options={
                'ordering': ['id'],
                'indexes': [models.Index(condition=models.Q(('decided_at', None)), fields=['at'], name='proposal_waits')],
                'constraints': [
                    models.UniqueConstraint(condition=models.Q(('decided_at', None)), fields=('report', 'kind', 'hold'), name='one_open_proposal_a_kind', nulls_distinct=False),
                    models.CheckConstraint(condition=models.Q(models.Q(('confirmed', None), ('decided_at', None), ('decided_by', None)), models.Q(('confirmed__isnull', False), ('decided_at__isnull', False), ('decided_by__isnull', False)), _connector='OR'), name='proposal_decided_whole'),
                    models.CheckConstraint(condition=models.Q(('confirmed', None), ('confirmed', False), models.Q(('decided_by', models.F('by')), _negated=True), _connector='OR'), name='nobody_confirms_their_own_proposal'),
                    models.CheckConstraint(condition=models.Q(models.Q(('hold__isnull', False), ('kind', 'release')), models.Q(('hold', None), ('kind', 'remove')), _connector='OR'), name='a_release_names_its_hold'),
                ],
            },
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
