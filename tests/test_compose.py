"""docker-compose.yml, the Dockerfile and operations.md name only what the project has."""

import importlib
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import celery.bin.celery
import gunicorn.config
import pytest
import yaml
from celery.bin.base import CLIContext
from django.conf import settings
from django.core.management import get_commands, load_command_class
from django.urls import resolve

ROOT = Path(settings.BASE_DIR)
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = {name: service for name, service in SERVICES.items() if service.get("build") == "."}
SETTINGS = set(
    re.findall(
        r"""(?:env(?:\.\w+)?|_secret|_source)\(\s*"([A-Z_]+)\"""",
        (ROOT / "config/settings.py").read_text(),
    )
)


def test_the_services_are_those_of_the_design() -> None:
    assert sorted(SERVICES) == [
        *("beat", "mail", "migrate", "nginx", "postgres", "redis", "web", "worker")
    ]
    assert sorted(OURS) == ["beat", "migrate", "web", "worker"]
    assert SERVICES["postgres"]["image"] == "postgres:18"
    assert SERVICES["mail"]["profiles"] == ["mail"]


@pytest.mark.parametrize("name", sorted(OURS))
def test_every_command_of_ours_is_one_that_the_project_has(name: str) -> None:
    program, *words = OURS[name]["command"]
    _check_command(program, words)


def test_the_command_of_the_image_is_the_web_server_of_the_composition() -> None:
    text = (ROOT / "Dockerfile").read_text().replace("\\\n", "")
    command = yaml.safe_load(re.findall(r"^CMD (.*)$", text, re.M)[0])
    assert command == SERVICES["web"]["command"]


def _check_command(program: str, words: list[str]) -> None:
    match program:
        case "python":
            script, command, *options = words
            assert (ROOT / script).is_file()
            parser = load_command_class(get_commands()[command], command).create_parser(
                script, command
            )
            parser.parse_args(options)
        case "gunicorn":
            config = gunicorn.config.Config()
            parsed = config.parser().parse_args(words)
            module, attribute = parsed.args[0].split(":")
            assert callable(getattr(importlib.import_module(module), attribute))
        case "celery":
            assert words[:2] == ["-A", "config"]
            app = importlib.import_module(words[1]).celery_app
            command, *options = words[2:]
            celery.bin.celery.celery.commands[command].make_context(
                command, options, obj=CLIContext(app=app, no_color=True, workdir=None)
            )
        case other:
            pytest.fail(f"the image has no program {other}")


@pytest.mark.parametrize("name", sorted(OURS))
def test_every_variable_is_one_that_the_settings_read(name: str) -> None:
    assert set(OURS[name]["environment"]) <= SETTINGS


def test_the_settings_load_with_the_variables_of_the_composition() -> None:
    """In a process of its own, as in production: no DEBUG, no TRIAL_MODE."""
    env = {
        "SECRET_KEY": "s" * 50,
        "LINK_KEY": "l" * 50,
        "SITE_URL": "https://registry.example.org",
        "CONTACT_EMAIL": "contact@example.org",
        "ALLOWED_HOSTS": "registry.example.org",
        "POSTGRES_PASSWORD": "abc123",
        "DEFAULT_FROM_EMAIL": "Unreproduced <registry@example.org>",
        "MESSAGE_ID_DOMAIN": "example.org",
        "REPLY_ADDRESS": "reply+{}@example.org",
        "RETURN_ADDRESS": "bounce+{}@example.org",
    }
    written = {
        name: re.sub(
            r"\$\{(\w+)(?::-([^}]*)|:\?[^}]*)?\}", lambda m: env.get(m[1], m[2] or ""), value
        )
        for name, value in OURS["web"]["environment"].items()
    }
    code = (
        "from django.conf import settings as s; d = s.DATABASES['default'];"
        "print(d['HOST'], d['USER'], d['PASSWORD'], s.ALLOWED_HOSTS, s.SMTP['EMAIL_HOST'],"
        "s.CELERY_BROKER_URL, s.RESPONSE_WINDOW.days, s.HTTPS, s.ALLAUTH_TRUSTED_PROXY_COUNT)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=written | {"DJANGO_SETTINGS_MODULE": "config.settings"},
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.stderr == ""
    assert done.stdout == (
        "postgres unreproduced abc123 ['registry.example.org', '127.0.0.1'] mail "
        "redis://redis:6379/0 28 True 1\n"
    )


def test_no_secret_is_written_in_the_file_and_none_has_a_default() -> None:
    text = (ROOT / "docker-compose.yml").read_text()
    for name in ("SECRET_KEY", "LINK_KEY", "POSTGRES_PASSWORD"):
        uses = re.findall(rf"\$\{{{name}(..)", text)
        assert uses and set(uses) == {":?"}


def test_every_port_is_one_that_somebody_listens_on() -> None:
    bind = SERVICES["web"]["command"][SERVICES["web"]["command"].index("--bind") + 1]
    nginx = (ROOT / "docker/nginx.conf").read_text()
    assert bind == "0.0.0.0:8000"
    assert SERVICES["web"]["expose"] == ["8000"]
    assert set(re.findall(r"proxy_pass (\S+);", nginx)) == {"http://web:8000"}
    assert re.findall(r"listen (\d+);", nginx) == ["8080"]
    assert SERVICES["nginx"]["ports"] == ["${PUBLISH:-127.0.0.1:8080}:8080"]
    environment = OURS["web"]["environment"]
    assert environment["DATABASE_URL"].endswith("@postgres:5432/unreproduced")
    assert environment["REDIS_URL"] == "redis://redis:6379/0"
    assert environment["EMAIL_URL"] == "${EMAIL_URL:-smtp://mail:1025}"
    assert SERVICES["mail"]["expose"] == ["1025"]


def test_every_file_and_volume_exists() -> None:
    for service in SERVICES.values():
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            assert (ROOT / source).is_file() if "/" in source else source in COMPOSE["volumes"]
    copied = re.findall(r"^COPY (.+) \S+$", (ROOT / "Dockerfile").read_text(), re.M)
    allowed = re.findall(r"^!(\S+)$", (ROOT / ".dockerignore").read_text(), re.M)
    assert sorted(" ".join(copied).split()) == sorted(allowed)
    assert all((ROOT / name).exists() for name in allowed)


def test_every_app_of_ours_is_in_the_image() -> None:
    ours = {app for app in settings.INSTALLED_APPS if (ROOT / app).is_dir()}
    allowed = set(re.findall(r"^!(\S+)$", (ROOT / ".dockerignore").read_text(), re.M))
    assert ours and ours <= allowed


def test_every_service_it_waits_for_has_what_it_waits_for() -> None:
    for service in SERVICES.values():
        for other, wish in service.get("depends_on", {}).items():
            assert other in SERVICES
            if wish["condition"] == "service_healthy":
                assert "healthcheck" in SERVICES[other]


def test_everything_that_runs_on_is_checked_and_restarted() -> None:
    for name, service in SERVICES.items():
        if name == "migrate":
            assert service["restart"] == "on-failure"
            continue
        assert service["restart"] == "unless-stopped", name
        assert service["healthcheck"]["test"][0] in ("CMD", "CMD-SHELL"), name


def test_the_health_checks_ask_for_pages_that_exist() -> None:
    asked = re.findall(r"http://127\.0\.0\.1:\d+(/\w+)", (ROOT / "docker-compose.yml").read_text())
    assert sorted(asked) == ["/healthz", "/readyz"]
    for path in asked:
        assert resolve(path).url_name == path[1:]


def test_nothing_of_ours_runs_as_root_or_gains_rights() -> None:
    assert re.findall(r"^USER (\w+)$", (ROOT / "Dockerfile").read_text(), re.M) == ["registry"]
    for service in OURS.values():
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
        assert service["security_opt"] == ["no-new-privileges:true"]
    assert {SERVICES[name]["user"].split(":")[0] for name in ("redis", "mail")} == {"999", "10001"}


def test_workers_can_be_many() -> None:
    assert "container_name" not in SERVICES["worker"]
    assert "ports" not in SERVICES["worker"]


def test_operations_explains_every_setting_and_no_other() -> None:
    text = (ROOT / "docs/operations.md").read_text()
    explained = set(re.findall(r"^\| `([A-Z_]+)` \|", text, re.M))
    used = set(re.findall(r"\$\{(\w+)", (ROOT / "docker-compose.yml").read_text()))
    assert SETTINGS | used <= explained
    assert explained <= SETTINGS | used | {"PORT", "WORKERS", "SAMPLE"}


def test_the_makefile_runs_modules_that_exist() -> None:
    makefile = (ROOT / "Makefile").read_text()
    modules = set(re.findall(r"-m (local\.\w+)", makefile))
    assert modules == {"local.run", "local.test"}
    assert all((ROOT / f"{module.replace('.', '/')}.py").is_file() for module in modules)
