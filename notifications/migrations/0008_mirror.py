"""A mirror sends no mail (reports/migrations/0026_mirror.py)."""

from django.db import migrations

FORWARD = """
CREATE TRIGGER notifications_email_not_in_a_mirror BEFORE INSERT OR UPDATE ON notifications_email
    FOR EACH STATEMENT EXECUTE FUNCTION reports_not_in_a_mirror();
"""
BACKWARD = "DROP TRIGGER notifications_email_not_in_a_mirror ON notifications_email;"


class Migration(migrations.Migration):
    dependencies = [("notifications", "0007_provider_events"), ("reports", "0026_mirror")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
