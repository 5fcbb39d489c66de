"""What reporters and authors say is shared; append-only but for the words of who erased themselves."""

import django.db.models.deletion
from django.db import migrations, models

FORWARD = """
CREATE FUNCTION reports_statement_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR to_jsonb(NEW) - 'url' - 'note' <> to_jsonb(OLD) - 'url' - 'note'
        OR NEW.url <> '' OR NEW.note <> '' OR OLD.contact_id IS NOT NULL
    THEN
        RAISE EXCEPTION 'statements are append-only: say it anew';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER reports_statement_append_only BEFORE UPDATE OR DELETE ON reports_statement
    FOR EACH ROW EXECUTE FUNCTION reports_statement_append_only();
"""
BACKWARD = """
DROP TRIGGER reports_statement_append_only ON reports_statement;
DROP FUNCTION reports_statement_append_only();
"""


class Migration(migrations.Migration):

    dependencies = [("reports", "0009_declared_group")]

    operations = [
        migrations.CreateModel(
            name="Statement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(blank=True, help_text="Of the author; a reporter's is the report's.", max_length=200)),
                ("item", models.CharField(choices=[('code', 'code'), ('dependencies', 'dependencies'), ('training_code', 'training code'), ('evaluation_code', 'evaluation code'), ('models', 'trained models'), ('commands', 'exact commands'), ('data', 'data and its split'), ('hyperparameters', 'hyperparameters'), ('seeds', 'seeds and number of runs'), ('compute', 'compute used')], max_length=16)),
                ("value", models.CharField(choices=[('yes', 'yes'), ('partly', 'partly'), ('no', 'no'), ('unknown', 'unknown')], max_length=8)),
                ("url", models.URLField(blank=True, max_length=500)),
                ("note", models.CharField(blank=True, max_length=300)),
                ("said_at", models.DateTimeField()),
                ("answer", models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="statements", to="reports.answer")),
                ("contact", models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="statements", to="reports.contact")),
                ("report", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="statements", to="reports.report")),
            ],
            options={
                "ordering": ["id"],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(models.Q(("answer", None), ("contact", None), ("name", "")), models.Q(("contact__isnull", False), models.Q(("name", ""), _negated=True)), _connector="OR"), name="said_by_the_reporter_or_a_named_author"),
                    models.CheckConstraint(condition=models.Q(("item__in", ['code', 'dependencies', 'training_code', 'evaluation_code', 'models', 'commands', 'data', 'hyperparameters', 'seeds', 'compute'])), name="shared_item_is_known"),
                    models.CheckConstraint(condition=models.Q(("value__in", ['yes', 'partly', 'no', 'unknown'])), name="shared_value_is_known"),
                ],
            },
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
