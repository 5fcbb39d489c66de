"""A made-up registry of any size, written by set-based SQL.

    DATABASE_URL=postgres://.../migrated python -m bench.seed PAPERS

Papers with two authors and a DOI each, an open inquiry for every paper, and a tenth as many
finished reports, six of ten on the list for silence and four answered. Of the open inquiries one
in a hundred is due in week 0, one in a hundred in week 1 and so on, and all five conditions hold
for them; every other one of these asks two authors. The rest were asked some days ago.
"""

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.db import connection  # noqa: E402

from reports.deadlines import Policy  # noqa: E402

WEEKS = 6
DUE = datetime(2026, 6, 2, 11, 59, 59, tzinfo=UTC)
"""The deadline of week 0: the end of a Monday anywhere on Earth."""
SECOND_AUTHOR = 100_000_000
"""Added to the id of a row to name the one of the second author."""

SEEDED = (
    "registry_paper", "registry_paperauthor", "registry_identifier", "registry_paperversion",
    "registry_listing", "reports_report", "reports_claim", "reports_address", "reports_inquiry",
    "reports_contact", "reports_letter", "reports_reportevent", "reports_deadlinechange",
    "reports_answer", "reports_answer_reports", "reports_probe", "accounts_user",
)  # fmt: skip

# Each row of `life` is a report with its inquiry. Times are counted from its deadline.
STATEMENTS = {
    "words": """
        CREATE FUNCTION pg_temp.word(n bigint) RETURNS text LANGUAGE sql IMMUTABLE RETURN
            ('{ba,ke,mi,no,pu,ra,se,ti,lo,vu,wa,xe,gi,do,fu,za}'::text[])[1 + n / 256 %% 16]
            || ('{lan,ker,mit,nov,pul,ras,sel,tin,lor,vun,wam,xer,gim,dov,fur,zan}'::text[])
                [1 + n / 16 %% 16]
            || ('{ing,ers,is,ons,a,ic,al,ent,o,um,or,ed,ive,ism,ax,y}'::text[])[1 + n %% 16]
        """,
    "lives": """
        CREATE TEMP TABLE life AS
        SELECT id, id AS paper_id, 'asking' AS state, id %% 100 AS week,
               %(due)s::timestamptz + CASE WHEN id %% 100 < %(weeks)s
                   THEN id %% 100 * interval '7 days'
                   ELSE (%(weeks)s * 7 + id %% 28) * interval '1 day' END AS deadline,
               id %% 100 < %(weeks)s AS complete,
               id %% 100 < %(weeks)s AND id / 100 %% 2 = 0 AS two
        FROM generate_series(1, %(papers)s) id
        UNION ALL
        SELECT %(papers)s + i, i * 7919 %% %(papers)s + 1,
               CASE WHEN i %% 10 < 6 THEN 'lapsed' ELSE 'answered' END, -1,
               %(due)s::timestamptz - (63 + i %% 300) * interval '1 day', true, false
        FROM generate_series(1::bigint, %(finished)s) i""",
    "lives by paper": "CREATE INDEX ON life (paper_id)",
    "statistics of lives": "ANALYZE life",
    "users": """
        INSERT INTO accounts_user (id, password, is_superuser, is_staff, is_active, date_joined,
            email, name, affiliation, orcid, language)
        SELECT id, '!', false, false, true, %(due)s, 'reporter' || id || '@institute.example',
               'Reporter ' || id, 'Institute ' || id %% 50, '', 'en'
        FROM generate_series(1, 1000) id""",
    "papers": """
        INSERT INTO registry_paper (id, title, title_key, names, abstract, venue, year, url, stated,
            is_public, created_at, standing, standing_at, listed_at, answered_at, report_count,
            match_count, modes, causes, facts)
        SELECT p.id, p.title, md5(lower(replace(p.title, ' ', ''))),
               'Ada ' || p.a || '; Bo ' || p.b, '',
               'Venue ' || p.id %% 40, 1990 + p.id %% 36, '', '{}', true, %(due)s,
               CASE life.state WHEN 'lapsed' THEN 'no_answer' WHEN 'answered' THEN 'answered'
                   ELSE 'none' END,
               life.deadline + interval '1 hour',
               CASE life.state WHEN 'lapsed' THEN life.deadline + interval '1 hour' END,
               CASE life.state WHEN 'answered' THEN life.deadline - interval '5 days' END,
               (life.id IS NOT NULL)::int, 0,
               CASE WHEN life.id IS NULL THEN '{}' ELSE '{re-run}' END::varchar[],
               CASE WHEN life.id IS NULL THEN '{}' ELSE '{no_code}' END::varchar[],
               CASE WHEN life.id IS NOT NULL THEN jsonb_build_object('hours', 40, 'environments',
                   '["One GPU"]'::jsonb, 'authors_asked', 1, 'authors_reached', 1, 'asked_at',
                   to_char(life.deadline - interval '29 days', 'YYYY-MM-DD"T"HH24:MI:SS"+00:00"'),
                   'deadline', to_char(life.deadline, 'YYYY-MM-DD"T"HH24:MI:SS"+00:00"'),
                   'outcomes', '["did not match"]'::jsonb, 'listings', CASE life.state
                   WHEN 'lapsed' THEN jsonb_build_array(jsonb_build_object('version', 'v1',
                       'ground', 'no answer', 'opened_at', to_char(life.deadline
                       + interval '1 hour', 'YYYY-MM-DD"T"HH24:MI:SS"+00:00"')))
                   ELSE '[]' END) END
        FROM (
            SELECT id, initcap(pg_temp.word(id * 7919 %% 4096)) || (
                       SELECT string_agg(' ' || pg_temp.word(  -- common words are common
                           floor(power((hashint8(id * 8 + i) & 65535) / 65536.0, 2) * 4096)::int
                       ), '') FROM generate_series(1, 5) i
                   ) AS title,
                   initcap(pg_temp.word(id %% 4096)) AS a,
                   initcap(pg_temp.word(id * 7 %% 4096)) AS b
            FROM generate_series(1::bigint, %(papers)s) id
        ) p LEFT JOIN life ON life.paper_id = p.id AND life.state <> 'asking'""",
    "authors": """
        INSERT INTO registry_paperauthor (paper_id, position, name, orcid)
        SELECT paper.id, i, split_part(paper.names, '; ', i), ''
        FROM registry_paper paper, generate_series(1, 2) i""",
    "identifiers": """
        INSERT INTO registry_identifier (paper_id, scheme, value)
        SELECT id, 'doi', '10.5555/made.up.' || id FROM registry_paper""",
    "reports": """
        INSERT INTO reports_report (id, paper_id, reporter_id, state, state_at, typed, created_at,
            updated_at, submitted_at, accepted_at, public_at, mode, outcome, causes, version,
            summary, code_url, code_commit, data_used, environment, hours, familiarity, differences,
            looked_for, missing, author_names, shown_as, conflict, again_because, licence_agreed)
        SELECT id, paper_id, 1 + id %% 1000, state, t.state_at, '{}', t.opened, t.state_at,
               t.opened, t.opened, CASE WHEN state <> 'asking' THEN t.state_at END, 're-run',
               'did not match', '{no_code}', 'v1', 'The authors'' settings, three seeds.',
               'https://code.example/' || id, '', 'As published', 'One GPU', 40, 4, 'Nothing.',
               '', '', '{}', 'Reporter ' || id %% 1000, 'None.', '', true
        FROM life, LATERAL (SELECT deadline - interval '29 days' AS opened, CASE state
            WHEN 'asking' THEN deadline - interval '29 days'
            WHEN 'lapsed' THEN deadline + interval '1 hour'
            ELSE deadline - interval '5 days' END AS state_at) t""",
    "claims": """
        INSERT INTO reports_claim (report_id, position, place, quote, metric, higher_is_better,
            dataset, claimed, runs, tolerance, tolerance_reason)
        SELECT id, 1, CASE state WHEN 'asking' THEN 'Table 2' ELSE 'Table 9, row 3' END,
               CASE state WHEN 'asking' THEN 'reaches 93.1 on the test set'
                   ELSE 'a mean of 71.0 over five seeds' END,
               'accuracy', true, 'test', 93.1, '{88.1,88.4,87.9}', 0.5, 'Spread over seeds.'
        FROM life""",
    "asked": """
        CREATE TEMP TABLE asked AS
        SELECT life.*, 1 AS position, id AS contact FROM life
        UNION ALL SELECT life.*, 2, id + %(second)s FROM life WHERE two""",
    "addresses": """
        INSERT INTO reports_address (id, report_id, author_position, rank, email, corresponding,
            source, source_url, language)
        SELECT contact, id, position, 1, 'author' || contact || '@authors.example', position = 1,
               'First page', '', 'en' FROM asked""",
    "inquiries": """
        INSERT INTO reports_inquiry (id, report_id, frozen_policy, opened_at, deadline, extended,
            late_author, restarted, closed_at, letters_at, lapse_at)
        SELECT id, id, %(policy)s::jsonb, deadline - interval '29 days', deadline, false, false,
               false,
               CASE state WHEN 'lapsed' THEN deadline + interval '1 hour'
                   WHEN 'answered' THEN deadline - interval '5 days' END,
               CASE WHEN NOT complete THEN deadline - interval '21 days' END,
               CASE state WHEN 'asking' THEN deadline END
        FROM life""",
    "deadlines": """
        INSERT INTO reports_deadlinechange (inquiry_id, at, new, reason)
        SELECT id, deadline - interval '28 days', deadline, 'The notice was handed over.'
        FROM life""",
    "contacts": """
        INSERT INTO reports_contact (id, inquiry_id, position, name, on_paper, corresponding, first,
            last, counts_because, state, address_id, link_version, robots_are)
        SELECT contact, id, position, 'Author ' || contact, true, position = 1, position = 1,
               position = 2, '', 'handed_over', contact, 1, '' FROM asked""",
    "posted": """
        CREATE TEMP TABLE posted AS
        SELECT asked.*, kind, n, asked.contact * 8 + n AS number,
               deadline - before * interval '1 day' AS at
        FROM asked JOIN (VALUES ('notice', 28, 1), ('reminder_1', 20, 2), ('reminder_2', 13, 3),
            ('final_notice', 6, 4)) AS letter(kind, before, n)
        ON n = 1 OR complete AND (state <> 'answered' OR n < 4)""",
    "events of letters": """
        INSERT INTO reports_reportevent (id, report_id, contact_id, kind, at, source, target, actor,
            note, data)
        SELECT number * 2, id, contact, 'letter', at, '', '', 'sweep', '',
               jsonb_build_object('letter', kind) FROM posted
        UNION ALL
        SELECT number * 2 + 1, id, contact, 'letter_fact', at, '', '', 'mail', '',
               jsonb_build_object('letter', number, 'kind', kind, 'fact', 'handed over')
        FROM posted""",
    "letters": """
        INSERT INTO reports_letter (id, contact_id, address_id, event_id, kind, owed_at, printed,
            handed_over_at, server, server_said, reason)
        SELECT number, contact, contact, number * 2, kind, at, deadline, at, '', '', ''
        FROM posted""",
    "events of states": """
        INSERT INTO reports_reportevent (id, report_id, user_id, kind, at, source, target, actor,
            note, data)
        SELECT id * 16, id, 1, 'state', deadline - interval '29 days', 'submitted', 'asking',
               'moderator', '', '{}'::jsonb FROM life
        UNION ALL
        SELECT id * 16 + 15, id, NULL, 'state', CASE state WHEN 'lapsed'
               THEN deadline + interval '1 hour' ELSE deadline - interval '5 days' END, 'asking',
               state, CASE state WHEN 'lapsed' THEN 'sweep' ELSE 'author' END, '',
               '{"trial": false}'::jsonb FROM life WHERE state <> 'asking'""",
    "answers": """
        INSERT INTO reports_answer (id, contact_id, kind, text, url, name, role, given_at, form_key,
            without_content)
        SELECT id, contact, 'explains', 'The table was made with another split.', '',
               'Author ' || contact, 'first author', deadline - interval '5 days',
               gen_random_uuid(), false FROM asked WHERE state = 'answered'""",
    "answers of reports": """
        INSERT INTO reports_answer_reports (answer_id, report_id) SELECT id, id FROM reports_answer
        """,
    "listings": """
        INSERT INTO registry_listing (paper_id, report_id, ground, version, opened_at, ending, note)
        SELECT paper_id, id, 'silence', 'v1', deadline + interval '1 hour', '', ''
        FROM life WHERE state = 'lapsed'""",
    "probes": """
        INSERT INTO reports_probe (sent_at, returned_at)
        SELECT at + interval '15 minutes', at + interval '16 minutes'
        FROM generate_series(%(due)s - interval '400 days', %(due)s + interval '100 days',
            interval '1 day') at""",
}  # fmt: skip


def seed(papers: int) -> Iterator[str]:
    """Fill an empty, migrated database; yields the name of each statement before it runs."""
    if papers < 1000 or papers % 1000:
        raise ValueError("Give a multiple of 1,000: the numbers of papers are spread by hundreds.")
    numbers = {
        "papers": papers,
        "finished": papers // 10,
        "due": DUE,
        "weeks": WEEKS,
        "second": SECOND_AUTHOR,
        "policy": json.dumps(Policy.of(timedelta(days=28)).to_json()),
    }
    with connection.cursor() as cursor, _without_indexes():
        cursor.execute("SET session_replication_role = replica")  # foreign keys and triggers
        for name, statement in STATEMENTS.items():
            yield name
            cursor.execute(statement, numbers)
        cursor.execute("SET session_replication_role = origin")
        yield "indexes"
    with connection.cursor() as cursor:
        for table in SEEDED:
            cursor.execute(
                "SELECT setval(pg_get_serial_sequence(%s, 'id'), (SELECT coalesce(max(id), 1)"
                f" FROM {table}))",
                [table],
            )
        yield "vacuum"
        cursor.execute(f"VACUUM (FREEZE, ANALYZE) {', '.join(SEEDED)}")


@contextmanager
def _without_indexes() -> Iterator[None]:
    """Drop the indexes of the seeded tables that are no constraints, and make them again."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = ANY(%s)"
            " AND indexname NOT IN (SELECT conname FROM pg_constraint)"
            " AND indexdef NOT LIKE 'CREATE UNIQUE%%'",
            [list(SEEDED)],
        )
        indexes = cursor.fetchall()
        for name, _ in indexes:
            cursor.execute(f'DROP INDEX "{name}"')
        yield
        for _, definition in indexes:
            cursor.execute(definition)


if __name__ == "__main__":
    for number, step in enumerate(seed(int(sys.argv[1])), 1):
        if sys.stderr.isatty():
            print(f"\r{number} of {len(STATEMENTS) + 2}: {step:30}", end="", file=sys.stderr)
    if sys.stderr.isatty():
        print(file=sys.stderr)
