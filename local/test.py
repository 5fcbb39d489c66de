"""`make test`: the suite on DATABASE_URL, or on a throw-away PostgreSQL of its own."""

import os
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ElementTree
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from local.postgres import Postgres

SLOW = "servers or browser or wide"
"""The second part: servers and browsers mostly wait, and leave time for the wide tables."""
COUNTED = ("tests", "failures", "errors", "skipped")
# The suite sets these itself, whatever the shell of the person says.
# It also compiles the code once for the hundreds of processes that the tests start.
NOT_FOR_TESTS = {
    *("ALLOWED_HOSTS", "EMAIL_URL", "IMAP_URL", "MAIL_PROVIDER", "MAILBOX_DIR", "RECEIVE_MAIL"),
    *("RESPONSE_WINDOW", "SHOW_OPEN_INQUIRIES"),
    *("SITE_NAME", "SITE_URL", "STATIC_ROOT", "TRIAL_MODE", "PYTHONDONTWRITEBYTECODE"),
    *("IMAP_URL", "MAIL_PROVIDER", "AUTHSERV_ID", "OPERATOR_EMAIL", "MAIL_FIRST_DAYS"),
    *("MAIL_PER_HOUR", "MAIL_PER_DOMAIN_PER_HOUR", "SMTP_CONNECTIONS"),
    *("ARXIV_API", "CROSSREF_API", "DATACITE_API", "OPENREVIEW_API", "OPENREVIEW_FIRST_API"),
    *("SEMANTIC_SCHOLAR_API", "OPENALEX_API", "SEMANTIC_SCHOLAR_KEY", "OPENALEX_KEY"),
    "LOOK_UP",
}


def environment() -> dict[str, str]:
    """What pytest gets. Broker and cache stay in memory; REDIS_URL is for the tests that ask."""
    kept = {name: value for name, value in os.environ.items() if name not in NOT_FOR_TESTS}
    if redis := kept.pop("REDIS_URL", ""):
        kept["TEST_REDIS_URL"] = redis
    return kept | {"DEBUG": "1", "RECEIVE_MAIL": "1"}  # a site that hears


@contextmanager
def database(env: dict[str, str]) -> Iterator[None]:
    """Set DATABASE_URL in `env`, unless it is there, to a server that lives inside the `with`."""
    if env.get("DATABASE_URL"):
        yield
        return
    with tempfile.TemporaryDirectory(prefix="tests-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o711)  # the unprivileged server passes through it
        with Postgres(Path(folder) / "data", throw_away=True) as server:
            env["DATABASE_URL"] = server.url
            yield


def pytest(env: dict[str, str], *arguments: str) -> int:
    """Run pytest; its exit code."""
    return subprocess.run([sys.executable, "-m", "pytest", *arguments], env=env).returncode


def everything(env: dict[str, str], jobs: str) -> int:
    """First what is quick, on all cores, then the rest; 0 if all passed."""
    words: list[str] = []
    total: Counter[str] = Counter()
    worst = 0
    parts = {
        "quick": ("-n", jobs, "--dist", "loadfile", "-m", f"not ({SLOW})"),
        SLOW: ("-n", "4", "--dist", "worksteal", "-m", f"({SLOW}) and not long"),
    }
    for name, arguments in parts.items():
        sys.stdout.write(f"--- {name}\n")
        sys.stdout.flush()
        with tempfile.NamedTemporaryFile(suffix=".xml") as report:
            start = time.monotonic()
            measure = _measure(name) if env.get("COVERAGE") else ()
            code = pytest(env, "-rs", f"--junitxml={report.name}", *measure, *arguments)
            worst = worst or code
            words.append(f"{name} {time.monotonic() - start:.0f} s")
            total += _counts(Path(report.name))
            sys.stdout.write(f"--- most seconds: {_slowest(Path(report.name))}\n")
    numbers = ", ".join(f"{total[name]} {name}" for name in COUNTED)
    sys.stdout.write(f"--- all: {numbers}; {', '.join(words)}\n")
    return worst


def _measure(part: str) -> tuple[str, ...]:
    """COVERAGE=1: which lines and branches ran, over both parts; it takes half as long again."""
    return ("--cov", "--cov-report=") if part == "quick" else ("--cov", "--cov-append")


def _counts(report: Path) -> Counter[str]:
    if not report.stat().st_size:  # pytest did not get that far
        return Counter()
    suites = list(ElementTree.parse(report).getroot().iter("testsuite"))  # noqa: S314 -- our own
    return Counter({name: sum(int(suite.get(name, 0)) for suite in suites) for name in COUNTED})


def _slowest(report: Path, files: int = 20) -> str:
    """The modules whose tests took longest, in seconds of one process."""
    if not report.stat().st_size:
        return "not known"
    seconds: Counter[str] = Counter()
    for case in ElementTree.parse(report).getroot().iter("testcase"):  # noqa: S314 -- our own
        seconds[case.get("classname", "")] += round(float(case.get("time", 0)))
    return ", ".join(f"{name} {total}" for name, total in seconds.most_common(files))


def main(arguments: list[str]) -> int:
    """Run the tests that `arguments` of pytest name, or all. The exit code says if they passed."""
    env = environment()
    with database(env):
        if arguments:
            return pytest(env, *arguments)
        return everything(env, env.get("JOBS", "auto"))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
