"""Events and changes of deadlines are never edited or deleted; nor is what an answer says."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION reports_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME;
END $$;
CREATE TRIGGER reports_event_append_only BEFORE UPDATE OR DELETE ON reports_reportevent
    FOR EACH ROW EXECUTE FUNCTION reports_append_only();
CREATE TRIGGER reports_deadline_append_only BEFORE UPDATE OR DELETE ON reports_deadlinechange
    FOR EACH ROW EXECUTE FUNCTION reports_append_only();
CREATE FUNCTION reports_answer_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR to_jsonb(NEW) - 'without_content' <> to_jsonb(OLD) - 'without_content'
    THEN
        RAISE EXCEPTION 'answers are append-only: let the author add another';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER reports_answer_append_only BEFORE UPDATE OR DELETE ON reports_answer
    FOR EACH ROW EXECUTE FUNCTION reports_answer_append_only();
"""
BACKWARD = """
DROP TRIGGER reports_answer_append_only ON reports_answer;
DROP FUNCTION reports_answer_append_only();
DROP TRIGGER reports_deadline_append_only ON reports_deadlinechange;
DROP TRIGGER reports_event_append_only ON reports_reportevent;
DROP FUNCTION reports_append_only();
"""


class Migration(migrations.Migration):
    dependencies = [("reports", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
