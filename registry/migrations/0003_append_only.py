"""A listing is opened, closed once, and never changed otherwise; the list version has its row."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION registry_listing_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'listings are append-only: close it with a reason';
    END IF;
    IF OLD.closed_at IS NOT NULL
       OR (NEW.id, NEW.paper_id, NEW.report_id, NEW.ground, NEW.version, NEW.opened_at)
          IS DISTINCT FROM
          (OLD.id, OLD.paper_id, OLD.report_id, OLD.ground, OLD.version, OLD.opened_at) THEN
        RAISE EXCEPTION 'listings are append-only: only an open one can be closed';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER registry_listing_append_only BEFORE UPDATE OR DELETE ON registry_listing
    FOR EACH ROW EXECUTE FUNCTION registry_listing_append_only();
INSERT INTO registry_listversion (id, number) VALUES (1, 0);
"""
BACKWARD = """
DROP TRIGGER registry_listing_append_only ON registry_listing;
DROP FUNCTION registry_listing_append_only();
"""


class Migration(migrations.Migration):
    dependencies = [("registry", "0002_models")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
