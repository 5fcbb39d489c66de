"""Base addresses: https, or a server of this machine in a trial; and whether anybody is asked."""

import os
import subprocess
import sys

import pytest
from django.core.exceptions import ImproperlyConfigured

from config import settings as module

DEFAULT = "https://api.crossref.org"


@pytest.mark.parametrize("trial", [True, False])
@pytest.mark.parametrize(
    ("address", "where"),
    [
        ("https://api.crossref.org/v1", "anywhere"),
        ("https://api.crossref.org/v1/", "anywhere"),
        ("http://127.0.0.1:9000", "in a trial"),
        ("http://127.0.0.1:9000/crossref", "in a trial"),
        ("http://[::1]:9000", "in a trial"),
        ("http://localhost:9000", "nowhere"),
        ("http://127.0.0.1", "nowhere"),
        ("http://10.0.0.1:9000", "nowhere"),
        ("http://127.0.0.1:9000@evil.example/", "nowhere"),
        ("http://api.crossref.org", "nowhere"),
        ("https://user:word@api.crossref.org", "nowhere"),
        ("https://api.crossref.org/?a=b", "nowhere"),
        ("file:///etc", "nowhere"),
        ("", "nowhere"),
    ],
)
def test_where_a_source_may_be(
    address: str, where: str, trial: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CROSSREF_API", address)
    monkeypatch.setattr(module, "LOOPBACK_SOURCES", trial)
    if where == "anywhere" or (where == "in a trial" and trial):
        assert module._source("CROSSREF_API", DEFAULT) == address.rstrip("/")
        return
    with pytest.raises(ImproperlyConfigured, match=f"write it like {DEFAULT}"):
        module._source("CROSSREF_API", DEFAULT)


def test_only_a_trial_has_sources_on_this_machine() -> None:
    assert module.LOOPBACK_SOURCES is (module.DEBUG or module.TRIAL_MODE)


NAMES = ("ARXIV_API", "CROSSREF_API", "DATACITE_API", "OPENREVIEW_API", "OPENREVIEW_FIRST_API",
         "SEMANTIC_SCHOLAR_API", "OPENALEX_API")  # fmt: skip
SOURCES = dict.fromkeys(NAMES, "http://127.0.0.1:9000")


@pytest.mark.parametrize(
    ("variables", "asks"),
    [
        ({"SECRET_KEY": "s", "LINK_KEY": "l"}, "True"),
        ({"SECRET_KEY": "s", "LINK_KEY": "l", "LOOK_UP": "0"}, "False"),
        ({"TRIAL_MODE": "1"}, "False"),
        ({"DEBUG": "1"}, "False"),
        ({"TRIAL_MODE": "1", "ARXIV_API": "http://127.0.0.1:9000"}, "False"),
        ({"TRIAL_MODE": "1"} | SOURCES, "True"),
        ({"TRIAL_MODE": "1", "LOOK_UP": "1"}, "True"),
    ],
)
def test_a_trial_asks_nobody_in_the_wide_world(variables: dict[str, str], asks: str) -> None:
    mine = {"PATH": os.environ["PATH"], "DATABASE_URL": "postgres://nobody@127.0.0.1/none"}
    done = subprocess.run(
        [sys.executable, "-c", "from config import settings; print(settings.LOOK_UP)"],
        env=mine | {"EMAIL_URL": "smtp://127.0.0.1:1025"} | variables,
        cwd=module.BASE_DIR, capture_output=True, text=True,
    )  # fmt: skip
    assert (done.stdout.strip(), done.stderr) == (asks, "")
