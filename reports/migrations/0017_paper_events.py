"""What moderators did with papers: merged them, and took it back."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

FORWARD = """
CREATE TRIGGER reports_paperevent_append_only BEFORE UPDATE OR DELETE ON reports_paperevent
    FOR EACH ROW EXECUTE FUNCTION reports_append_only();
"""
BACKWARD = "DROP TRIGGER reports_paperevent_append_only ON reports_paperevent;"


class Migration(migrations.Migration):

    dependencies = [
        ('registry', '0010_merged'),
        ('reports', '0016_link_checks'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='PaperEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('proposed', 'merging was proposed'), ('rejected', 'merging was rejected'), ('merged', 'merged'), ('unmerged', 'not merged any more')], max_length=8)),
                ('at', models.DateTimeField()),
                ('note', models.TextField(help_text='The reason; for moderators.')),
                ('paper', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='events', to='registry.paper')),
                ('proposal', models.OneToOneField(blank=True, help_text='The proposal that this one decides on.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='decision', to='reports.paperevent')),
                ('root', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registry.paper')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
        migrations.AlterField(
            model_name='original',
            name='kind',
            field=models.CharField(choices=[('report', 'report'), ('claim', 'claim'), ('evidence', 'evidence'), ('answer', 'answer'), ('event', 'words on the answer'), ('file', 'name or note of a file'), ('statement', 'word on what is shared')], max_length=9),
        ),
        migrations.RemoveIndex(model_name='reportevent', name='event_of_moderators'),
        migrations.AddIndex(
            model_name='reportevent',
            index=models.Index(condition=models.Q(('actor', 'moderator'), ('user__isnull', False)), fields=['-at', '-id'], name='event_of_moderators'),
        ),
    ]
