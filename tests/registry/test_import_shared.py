"""Files of other projects, imported twice: the second time adds nothing and changes nothing."""

import csv
import gzip
import io
import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from registry.models import Identifier, Notice, Paper, PaperAuthor

DATA = Path(settings.BASE_DIR).parent / "shared" / "data"
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.shared_data,
    pytest.mark.skipif(
        not (DATA / "mlrc_bib").exists(), reason="the shared bibliographies are not here"
    ),
]


def run(command: str, path: Path, **options: Any) -> tuple[int, list[str]]:
    """How many were added, and what was said."""
    out, err = io.StringIO(), io.StringIO()
    call_command(command, str(path), stdout=out, stderr=err, **options)
    found = re.match(r"([\d,]+) (?:papers|notices) added", out.getvalue())
    assert found is not None, out.getvalue()
    return int(found[1].replace(",", "")), err.getvalue().splitlines()


def counts() -> tuple[int, ...]:
    return tuple(model.objects.count() for model in (Paper, Identifier, PaperAuthor))


def twice(paths: list[Path]) -> tuple[int, int]:
    """Papers added by the files, and files that are none; a second time nothing is added."""
    added, refused = 0, 0
    for path in paths:
        try:
            added += run("import_papers", path)[0]
        except CommandError:
            refused += 1
    before = counts()
    assert before[0] == added
    for path in paths:
        try:
            again, _ = run("import_papers", path)
        except CommandError:
            continue
        assert again == 0, path
    assert counts() == before
    return added, refused


def test_the_bibliographies_of_reproducibility_reports() -> None:
    paths = sorted((DATA / "mlrc_bib" / "open").glob("*.bib"))
    added, refused = twice(paths)
    assert refused == 0
    print(f"{len(paths)} files, {added} papers")
    assert added > 10 * len(paths)


def test_answers_of_arxiv() -> None:
    paths = sorted((DATA / "arxiv_api").rglob("*.xml"))
    added, refused = twice(paths)
    print(f"{len(paths)} files, {added} papers")
    assert refused == 0
    keys = Paper.objects.values_list("source_key", flat=True)
    assert all(str(key).startswith("arxiv:") for key in keys)
    assert Paper.objects.exclude(abstract="").count() == added


@pytest.mark.parametrize("folder", ["zotero_translators", "jabref_import", "misc_bib"])
def test_files_of_reference_managers(folder: str) -> None:
    paths = [
        path for path in sorted((DATA / folder).rglob("*"))
        if path.suffix in (".bib", ".ris", ".nbib", ".xml", ".enw", ".txt", ".json", ".isi")
        and "expected" not in path.name
    ]  # fmt: skip
    added, refused = twice(paths)
    print(f"{folder}: {len(paths)} files, {added} papers, {refused} of no such format")
    assert added > len(paths) // 3
    assert refused < len(paths) // 2


def test_works_of_crossref(tmp_path: Path) -> None:
    path = tmp_path / "works.jsonl"
    with gzip.open(DATA / "crossref_api" / "all_works.jsonl.gz", "rt") as lines:
        path.write_text("".join(json.dumps(json.loads(line)["work"]) + "\n" for line in lines))
    added, refused = twice([path])
    assert refused == 0
    stored = Paper.objects.filter(source_key__startswith="doi:")
    assert stored.count() == added
    assert added > 1000
    assert not Paper.objects.exclude(abstract="").exists()
    assert PaperAuthor.objects.exclude(orcid="").exists()


def test_the_list_of_retracted_works() -> None:
    path = DATA / "repro_outcomes" / "retraction_watch_dois.csv.gz"
    with gzip.open(path, "rt") as file:
        rows = list(csv.reader(file))[1:]
    added, said = run("import_notices", path, retracted_dois=True)
    natures = sum(len(set(nature.split(";"))) for _, nature in rows)
    assert natures - len(said) - 100 <= added <= natures
    print(f"{len(rows):,} lines, {added:,} notices, {len(said)} skipped: {said[:5]}")
    assert len(said) < len(rows) // 1000
    assert run("import_notices", path, retracted_dois=True)[0] == 0


def test_the_table_of_retraction_watch() -> None:
    path = DATA / "repro_outcomes" / "retraction_watch_sample_full_columns.csv"
    added, said = run("import_notices", path)
    assert [line for line in said if "which is no kind of notice" in line] == said
    assert len(said) == 1  # the row that was left without a nature on purpose
    assert Notice.objects.filter(dated=None).count() == 0
    assert Notice.objects.filter(scheme="pmid").exists()
    kinds = set(Notice.objects.filter(value="10.9999/reinstated-paper").values_list("kind"))
    assert kinds == {("retracted",), ("reinstated",)}
    assert run("import_notices", path)[0] == 0
    assert Notice.objects.count() == added
