"""`unreproduced check` and `identify`, as they are called in a shell."""

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from pytest_django.live_server_helper import LiveServer

from registry.models import Standing
from tests.registry.builders import paper, with_standing

FILE = Path(settings.BASE_DIR) / "unreproduced.py"
BIB = """@article{one, title={Learning to fold made-up proteins}, doi={10.1234/a}}
@article{two, title={On nothing that is known}, doi={10.1234/none}}
"""


def run(*arguments: str, alone: bool = False, typed: str = "") -> subprocess.CompletedProcess[str]:
    """The command in a process of its own; `alone` without the package beside it."""
    file = FILE
    if alone:
        file = Path(arguments[-1]).parent / "unreproduced.py"
        file.write_bytes(FILE.read_bytes())
    python = str(Path(sys.base_prefix) / "bin" / "python3")  # without what is installed here
    words = [python, "-I", str(file)] if alone else [sys.executable, str(file)]
    env = {name: value for name, value in os.environ.items() if name != "UNREPRODUCED_SITE"}
    return subprocess.run(
        [*words, *arguments], input=typed, text=True, capture_output=True, timeout=60, env=env
    )


@pytest.fixture
def bib(tmp_path: Path) -> str:
    file = tmp_path / "refs.bib"
    file.write_text(BIB)
    return str(file)


@pytest.fixture
def site(live_server: LiveServer) -> str:
    with_standing(paper("Learning to fold made-up proteins", doi="10.1234/a"), Standing.NO_ANSWER)
    return str(live_server.url)


database = pytest.mark.django_db(transaction=True)


@database
def test_a_finding_is_printed_with_its_line_and_ends_with_1(site: str, bib: str) -> None:
    done = run("check", "--site", site, bib, alone=True)
    lines = done.stdout.splitlines()
    assert (done.returncode, done.stderr) == (1, "")
    assert lines[0].startswith(
        f"{bib}:1: listed: no answer: Learning to fold made-up proteins [one] (by DOI 10.1234/a) "
        f"{site}/papers/"
    )
    assert lines[1:] == [f"{bib}: 2 references: 1 listed: no answer, 1 nothing known."]


@database
def test_nothing_ends_with_0(site: str, bib: str) -> None:
    Path(bib).write_text(BIB.splitlines()[1])
    done = run("check", "--site", site, bib)
    assert (done.returncode, done.stdout, done.stderr) == (
        0, f"{bib}: 1 reference: 1 nothing known.\n", "",
    )  # fmt: skip


@database
@pytest.mark.parametrize("private", [False, True])
def test_the_answer_as_json(site: str, bib: str, private: bool) -> None:
    done = run("check", "--json", "--site", site, *(["--private"] if private else []), bib)
    answer = json.loads(done.stdout)
    assert done.returncode == 1
    assert answer["file"] == bib
    assert [one["finding"] for one in answer["results"]] == ["no_answer", "nothing"]
    assert answer["counts"] == {"no_answer": 1, "nothing": 1}


@database
def test_privately_no_title_and_no_whole_digest_is_sent(site: str, bib: str) -> None:
    """Asked of a server that writes down what it is asked."""
    asked: list[str] = []
    heard = socket.create_server(("127.0.0.1", 0))
    here = f"http://127.0.0.1:{heard.getsockname()[1]}"
    process = subprocess.Popen(
        [sys.executable, str(FILE), "check", "--private", "--site", here, bib],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    heard.settimeout(30)
    for _ in range(2):
        with heard.accept()[0] as call:
            asked.append(call.recv(65536).decode())
            body = b'{"prefix": "000", "digests": {}}'
            call.sendall(
                b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n"
                b"Content-Length: %d\r\n\r\n%s" % (len(body), body)
            )
    out, _ = process.communicate(timeout=30)
    heard.close()
    assert (process.returncode, out) == (0, f"{bib}: 2 references: 2 nothing known.\n")
    for request in asked:
        first, *headers = request.split("\r\n")
        assert first.startswith("GET /api/v1/prefixes/")
        assert len(first.split()[1].rpartition("/")[2]) == 3
        assert not any("10.1234" in header or "proteins" in header for header in headers)


def test_a_registry_that_is_away_ends_with_2_and_says_so(bib: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    done = run("check", "--site", f"http://127.0.0.1:{port}", bib)
    assert (done.returncode, done.stdout) == (2, "")
    assert f"unreproduced: 127.0.0.1:{port} does not answer" in done.stderr
    assert "Traceback" not in done.stderr
    done = run("check", "--pass-if-away", "--site", f"http://127.0.0.1:{port}", bib)
    assert done.returncode == 0
    assert "refs.bib was not checked." in done.stderr


@pytest.mark.parametrize(
    ("site", "words"),
    [
        ("", "Name the registry: --site https://..."),
        ("ftp://x", "ftp://x is no web address."),
        ("file:///etc/passwd", "file:///etc/passwd is no web address."),
    ],
)
def test_a_registry_that_is_not_named_ends_with_2(bib: str, site: str, words: str) -> None:
    done = run("check", "--site", site, bib)
    assert done.returncode == 2
    assert words in done.stderr


def test_a_file_that_is_not_there_ends_with_2(tmp_path: Path) -> None:
    done = run("check", "--site", "http://127.0.0.1:9", str(tmp_path / "none.bib"))
    assert done.returncode == 2
    assert "none.bib cannot be read: No such file or directory." in done.stderr


@database
def test_what_the_registry_refuses_is_said_in_its_words(site: str, bib: str) -> None:
    Path(bib).write_bytes(b"PK\x03\x04" + b"\x00" * 50)
    done = run("check", "--site", site, bib)
    assert done.returncode == 2
    assert "The registry refused this: This is a compressed folder (zip)." in done.stderr


# --- identify ---------------------------------------------------------------------------
def test_identify_prints_an_object_a_line() -> None:
    done = run("identify", "arXiv:1706.03762v5 and 10.1234/ABC.", "28520842", "nothing")
    assert done.returncode == 0
    assert [json.loads(line) for line in done.stdout.splitlines()] == [
        {"scheme": "arxiv", "value": "1706.03762", "version": "v5",
         "url": "https://arxiv.org/abs/1706.03762"},
        {"scheme": "doi", "value": "10.1234/abc", "url": "https://doi.org/10.1234/abc"},
        {"scheme": "pmid", "value": "28520842", "url": "https://pubmed.ncbi.nlm.nih.gov/28520842/"},
    ]  # fmt: skip


def test_identify_reads_lines_from_standard_input() -> None:
    done = run("identify", "-", typed="10.1234/a\n\nISBN 978-0-262-03561-3\n")
    assert [json.loads(line)["value"] for line in done.stdout.splitlines()] == [
        "10.1234/a", "9780262035613",
    ]  # fmt: skip


def test_alone_identify_says_what_it_needs(tmp_path: Path) -> None:
    done = run("identify", str(tmp_path / "10.1234"), alone=True)
    assert done.returncode == 2
    assert "pip install unreproduced" in done.stderr
