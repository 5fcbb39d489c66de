"""A database that was built from a dump writes to nobody and starts no clock: triggers see to it."""

from django.db import migrations, models

TABLES = ("report", "inquiry", "contact", "letter", "todo", "appeal")
FORWARD = """
CREATE FUNCTION reports_not_in_a_mirror() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM reports_mirror) THEN
        RAISE EXCEPTION 'this database is a mirror: it takes no reports, and writes to nobody'
            USING ERRCODE = 'UR001';
    END IF;
    RETURN NULL;
END $$;
""" + "".join(
    f"CREATE TRIGGER reports_{name}_not_in_a_mirror BEFORE INSERT OR UPDATE ON reports_{name} "
    "FOR EACH STATEMENT EXECUTE FUNCTION reports_not_in_a_mirror();\n"
    for name in TABLES
)
BACKWARD = (
    "".join(
        f"DROP TRIGGER reports_{name}_not_in_a_mirror ON reports_{name};\n" for name in TABLES
    )
    + "DROP FUNCTION reports_not_in_a_mirror();"
)


class Migration(migrations.Migration):
    dependencies = [("reports", "0025_report_public_index")]
    operations = [
        migrations.CreateModel(
            name="Mirror",
            fields=[
                ("id", models.PositiveSmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("site", models.CharField(help_text="The address of the site it mirrors.", max_length=500)),
                ("moment", models.DateTimeField(help_text="Of the dump.")),
                ("restored_at", models.DateTimeField()),
            ],
        ),
        migrations.AddConstraint(
            model_name="mirror",
            constraint=models.CheckConstraint(condition=models.Q(("id", 1)), name="one_mirror"),
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
