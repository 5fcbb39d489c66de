"""Appeals against decisions, legal complaints, and words about privacy."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('registry', '0008_covered_indexes'),
        ('reports', '0013_proposals'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name='reportevent',
            name='kind',
            field=models.CharField(choices=[('state', 'state changed'), ('letter', 'letter owed'), ('letter_fact', 'letter accepted, delivered, failed or cancelled'), ('deadline', 'deadline changed'), ('extension', 'more time granted'), ('hold', 'hold opened'), ('release', 'hold released'), ('suggestion', 'another person named, or authorship denied'), ('decision', 'a moderator decided'), ('opt_out', 'an author asked not to be written to again'), ('answer', 'an author answered or added to an answer'), ('reply', 'an author answered by mail'), ('agreement', 'an agreement was given, confirmed, objected to or taken back'), ('search', 'a search for addresses was recorded'), ('redaction', 'a passage was redacted, or shown again'), ('proposal', 'a moderator proposed, confirmed or rejected'), ('appeal', 'an appeal was received, or decided'), ('declaration', 'a moderator declared whether they have a conflict of interest')], max_length=12),
        ),
        migrations.CreateModel(
            name='Appeal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('appeal', 'appeal against a decision'), ('legal', 'legal complaint'), ('privacy', 'privacy')], max_length=7)),
                ('name', models.CharField(blank=True, max_length=200)),
                ('email', models.EmailField(blank=True, help_text='Emptied after 12 months.', max_length=254)),
                ('email_hash', models.CharField(help_text='By which a second one is known.', max_length=64)),
                ('language', models.CharField(default='en', max_length=8)),
                ('named', models.CharField(help_text='The paper or report, as it was typed.', max_length=500)),
                ('text', models.TextField(blank=True)),
                ('created_at', models.DateTimeField()),
                ('token_hash', models.CharField(max_length=64, null=True, unique=True)),
                ('confirmed_at', models.DateTimeField(blank=True, null=True)),
                ('due_at', models.DateTimeField(blank=True, help_text='Promised for then at latest.', null=True)),
                ('against', models.BigIntegerField(blank=True, help_text='The event of the decision that stood when it came.', null=True)),
                ('decided_at', models.DateTimeField(blank=True, null=True)),
                ('upheld', models.BooleanField(null=True)),
                ('decision', models.TextField(blank=True, help_text='The reason; public where the report is.')),
                ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('hold', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='appeal', to='reports.hold')),
                ('paper', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registry.paper')),
                ('report', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='appeals', to='reports.report')),
            ],
            options={
                'ordering': ['id'],
                'indexes': [
                    models.Index(condition=models.Q(('confirmed_at__isnull', False), ('decided_at', None)), fields=['due_at'], name='appeal_waits'),
                    models.Index(condition=models.Q(('decided_at__isnull', False)), fields=['-decided_at', '-id'], name='appeal_decided'),
                ],
                'constraints': [
                    models.UniqueConstraint(condition=models.Q(('confirmed_at__isnull', False), ('decided_at', None), ('report__isnull', False)), fields=('report', 'email_hash'), name='one_open_appeal_a_report_and_sender'),
                    models.CheckConstraint(condition=models.Q(models.Q(('confirmed_at', None), ('due_at', None)), models.Q(('confirmed_at__isnull', False), ('due_at__isnull', False)), _connector='OR'), name='appeal_confirmed_with_a_date'),
                    models.CheckConstraint(condition=models.Q(models.Q(('decided_at', None), ('decided_by', None), ('decision', ''), ('upheld', None)), models.Q(('confirmed_at__isnull', False), ('decided_at__isnull', False), ('decided_by__isnull', False), ('upheld__isnull', False), models.Q(('decision', ''), _negated=True)), _connector='OR'), name='appeal_decided_whole'),
                ],
            },
        ),
    ]
