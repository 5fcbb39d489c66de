"""Every setting, from the environment. docs/operations.md explains each."""

import ipaddress
import os
import re
from datetime import timedelta
from importlib.util import find_spec
from pathlib import Path

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from reports.link_hosts import HOSTS

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

DEBUG = env.bool("DEBUG", default=False)
TRIAL_MODE = env.bool("TRIAL_MODE", default=False)


def _secret(name: str) -> str:
    """The secret `name`; only a debug or trial run may go without one."""
    if DEBUG or TRIAL_MODE:
        return str(env.str(name, default=f"{name.lower()}-of-a-trial-run-and-no-secret-at-all"))
    try:
        return str(env.str(name))
    except ImproperlyConfigured as error:
        raise ImproperlyConfigured(
            f"Set {name} to a long random string (python -c 'import secrets; "
            "print(secrets.token_urlsafe(50))') and keep it: sessions and links depend on it."
        ) from error


def _duration(text: str) -> timedelta:
    """`28d`, `36h`, `10m` or `120s` as a timedelta."""
    match = re.fullmatch(r"([1-9]\d*)([dhms])", text.strip())
    if match is None:
        raise ImproperlyConfigured(f"{text!r} is no duration: write 28d, 36h, 10m or 120s.")
    unit = {"d": "days", "h": "hours", "m": "minutes", "s": "seconds"}[match[2]]
    return timedelta(**{unit: int(match[1])})


# --- the site ---------------------------------------------------------------------------
SITE_NAME = env.str("SITE_NAME", default="Unreproduced")
SITE_URL = env.str("SITE_URL", default="http://127.0.0.1:8000").rstrip("/")
CONTACT_EMAIL = env.str("CONTACT_EMAIL", default="contact@unreproduced.example")
SECRET_KEY = _secret("SECRET_KEY")
LINK_KEY = _secret("LINK_KEY")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"])
HTTPS = SITE_URL.startswith("https://")

# --- the clock (product.md, section 4) --------------------------------------------------
RESPONSE_WINDOW = _duration(env.str("RESPONSE_WINDOW", default="28d"))
SHOW_OPEN_INQUIRIES = env.bool("SHOW_OPEN_INQUIRIES", default=False)
_sweep = (timedelta(minutes=2) if TRIAL_MODE else RESPONSE_WINDOW).total_seconds() / 60
SWEEP_SECONDS = min(60.0, max(1.0, min(_sweep, RESPONSE_WINDOW.total_seconds() / 60)))

# --- moderators ------------------------------------------------------------------------
# Whether two of them decide on removals, and on releases of holds after the deadline.
TWO_PERSON_RULE = env.bool("TWO_PERSON_RULE", default=not (DEBUG or TRIAL_MODE))

# --- parts ------------------------------------------------------------------------------
INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "rest_framework",
    "drf_spectacular",
    "csp",
    "django_htmx",
    "accounts",
    "registry",
    "reports",
    "notifications",
    "sample",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "registry.page_cache.PageCache",
    "csp.middleware.CSPMiddleware",
    "registry.indexing.Robots",
    "registry.languages.Language",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "reports.uploads.UploadLimits",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "reports.mirror.ReadOnly",
]
REST_FRAMEWORK = {
    "EXCEPTION_HANDLER": "registry.problems.handler",
    "UNAUTHENTICATED_USER": None,
    "DEFAULT_SCHEMA_CLASS": "registry.api.described.Described",
    "DEFAULT_THROTTLE_RATES": {"read": "600/min", "check": "60/min", "prefixes": "600/min"},
    "URL_FORMAT_OVERRIDE": None,
    # Of X-Forwarded-For only what our own proxy wrote is believed.
    "NUM_PROXIES": 1 if env.bool("BEHIND_PROXY", default=False) else 0,
}
SPECTACULAR_SETTINGS = {
    "TITLE": SITE_NAME,
    "DESCRIPTION": "Papers whose results other people could not reproduce, and what authors say.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SORT_OPERATION_PARAMETERS": False,
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "config.api.examples.add",
    ],
    "CONTACT": {"email": CONTACT_EMAIL},
    "LICENSE": {"name": "CC BY 4.0", "identifier": "CC-BY-4.0"},
    "ENUM_NAME_OVERRIDES": {
        "StandingEnum": "registry.models.Standing",
        "NoticeKindEnum": "registry.models.Notice.Kind",
        "AnswerKindEnum": "reports.models.Answer.Kind",
        "EvidenceKindEnum": "reports.models.Evidence.Kind",
        "LinkOutcomeEnum": "reports.models.LinkCheck.Outcome",
        "OutcomeEnum": "reports.api.words.OUTCOMES",
        "ReportStateEnum": "reports.api.words.OPEN_STATES",
        "LineStateEnum": "reports.api.words.LINE_STATES",
        "BesideStateEnum": "reports.api.words.BESIDE_STATES",
        "WordsStateEnum": "reports.api.words.WORDS_STATES",
    },
}
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "registry.context.site",
            ],
        },
    }
]

# --- where things are kept --------------------------------------------------------------
DATABASES = {
    "default": env.db("DATABASE_URL", default="postgres://postgres@127.0.0.1:5432/unreproduced")
}
DATABASES["default"]["CONN_MAX_AGE"] = env.int("CONN_MAX_AGE", default=60)
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
REDIS_URL = env.str("REDIS_URL", default="")
CACHES = {
    "default": (
        {
            "BACKEND": "config.cache.Cache",
            "LOCATION": REDIS_URL,
            # Pages answer without it while it is away; Django's own backend would raise.
            "OPTIONS": {
                "IGNORE_EXCEPTIONS": True,
                "SOCKET_CONNECT_TIMEOUT": 1,
                "SOCKET_TIMEOUT": 1,
            },
        }
        if REDIS_URL
        else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
    )
}
DJANGO_REDIS_LOG_IGNORED_EXCEPTIONS = True
# How much of public pages a process keeps in its memory until anything is written; 0: nothing.
PAGE_CACHE_BYTES = env.int("PAGE_CACHE_BYTES", default=32_000_000)
STATIC_URL = "/static/"
STATIC_ROOT = env.path("STATIC_ROOT", default=BASE_DIR / "staticfiles")
STATICFILES_DIRS = [BASE_DIR / "static"]
# Files that people attach: never below a folder that a web server shows. Another storage, such as
# one of django-storages, is named by UPLOADS_BACKEND and UPLOADS_OPTIONS (JSON).
UPLOADS_DIR = env.path("UPLOADS_DIR", default=BASE_DIR / "uploads")
UPLOADS_BACKEND = env.str("UPLOADS_BACKEND", default="django.core.files.storage.FileSystemStorage")
_files = {
    "location": str(UPLOADS_DIR),
    "file_permissions_mode": 0o600,
    "directory_permissions_mode": 0o700,
}
# Dumps of the public record, which everybody may read: a folder that web and worker share. With
# DATA_ACCEL nginx sends its files (X-Accel-Redirect to an internal location of that name).
DATA_DIR = env.path("DATA_DIR", default=BASE_DIR / ".local" / "data")
DATA_ACCEL = env.str("DATA_ACCEL", default="")
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "uploads": {
        "BACKEND": UPLOADS_BACKEND,
        "OPTIONS": _files
        if UPLOADS_BACKEND.endswith(".FileSystemStorage")
        else env.json("UPLOADS_OPTIONS", default={}),
    },
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# --- mail -------------------------------------------------------------------------------
EMAIL_BACKEND = "notifications.backend.OutboxBackend"  # a row first, sent by the worker
SMTP = env.email_url("EMAIL_URL", default="smtp://127.0.0.1:1025")
SMTP_TIMEOUT = env.int("SMTP_TIMEOUT", default=30)  # seconds for each step
SMTP_CONNECTIONS = env.int("SMTP_CONNECTIONS", default=1)  # at once, of one worker
# Limits of the outbox (notifications/limits.py). 0 is no limit; "50,100,200" is so many mails on
# the first, second and third day since the first mail was ever accepted.
MAIL_PER_HOUR = env.int("MAIL_PER_HOUR", default=0)
MAIL_PER_DOMAIN_PER_HOUR = env.int("MAIL_PER_DOMAIN_PER_HOUR", default=0)
MAIL_FIRST_DAYS = env.list("MAIL_FIRST_DAYS", cast=int, default=[])
if SMTP_CONNECTIONS < 1 or min(MAIL_PER_HOUR, MAIL_PER_DOMAIN_PER_HOUR, *MAIL_FIRST_DAYS, 0) < 0:
    raise ImproperlyConfigured(
        "SMTP_CONNECTIONS is 1 or more; MAIL_PER_HOUR, MAIL_PER_DOMAIN_PER_HOUR and the numbers of "
        "MAIL_FIRST_DAYS (like 50,100,200,400) are 0 or more."
    )
DEFAULT_FROM_EMAIL = env.str(
    "DEFAULT_FROM_EMAIL", default=f"{SITE_NAME} <registry@unreproduced.example>"
)
SERVER_EMAIL = DEFAULT_FROM_EMAIL
# The domain of every Message-ID, and of the names of entries in feeds: fixed for ever, so that
# threads and replies match, and no feed shows what is known as new.
MESSAGE_ID_DOMAIN = env.str("MESSAGE_ID_DOMAIN", default="unreproduced.example")
# Where answers and failure notices come back; {} is the signed token of a letter. The mail server
# delivers all of both to the mailbox of IMAP_URL or to `manage.py receive_mail`, or a provider
# posts them (docs/mail.md).
REPLY_ADDRESS = env.str("REPLY_ADDRESS", default="reply+{}@unreproduced.example")
RETURN_ADDRESS = env.str("RETURN_ADDRESS", default="bounce+{}@unreproduced.example")
for _name, _pattern in (("REPLY_ADDRESS", REPLY_ADDRESS), ("RETURN_ADDRESS", RETURN_ADDRESS)):
    if _pattern.count("{}") != 1 or _pattern.count("@") != 1 or len(_pattern.split("@")[0]) > 39:
        raise ImproperlyConfigured(
            f"{_name} needs {{}} where the letter's token stands, in a short part before the @, "
            "like reply+{}@example.org."
        )
# The name under which our own mail server writes its Authentication-Results (RFC 8601); without
# it nobody's mail counts as authenticated, and all answers by mail are held for a moderator.
AUTHSERV_ID = env.str("AUTHSERV_ID", default="").lower()
# Whether mail comes in at all. Without a way in nothing lapses, and the site says so.
RECEIVE_MAIL = env.bool("RECEIVE_MAIL", default=False)  # by `manage.py receive_mail`
IMAP_URL = env.str("IMAP_URL", default="")  # from this mailbox
IMAP_TIMEOUT = env.int("IMAP_TIMEOUT", default=30)  # seconds for each step
if IMAP_URL and not re.match(r"imaps?://[^/]+@[^/]", IMAP_URL):
    raise ImproperlyConfigured(
        "IMAP_URL names no mailbox: write it like imaps://user:password@host:993/INBOX, or imap:// "
        "for STARTTLS; write %40 for an @ in the name, and encode the password alike."
    )
MAIL_PROVIDER = env.str("MAIL_PROVIDER", default="")  # posted by it: "mailgun", "postmark" ...
ANYMAIL: dict[str, object] = {
    name.removeprefix("ANYMAIL_"): {"true": True, "false": False}.get(value.lower(), value)
    for name, value in os.environ.items()
    if name.startswith("ANYMAIL_")
}
if MAIL_PROVIDER:
    if not re.fullmatch(r"(?!base$)[a-z_]+", MAIL_PROVIDER) or not find_spec(
        f"anymail.webhooks.{MAIL_PROVIDER}"
    ):
        raise ImproperlyConfigured(
            f"MAIL_PROVIDER={MAIL_PROVIDER!r} is none that django-anymail knows: write it as in "
            "its addresses, like mailgun, postmark or amazon_ses."
        )
    # Several with commas between: while one takes the place of another.
    _secrets = env.list("ANYMAIL_WEBHOOK_SECRET", default=[])
    if not _secrets or not all(re.fullmatch(r"[^:]+:.{16,}", secret) for secret in _secrets):
        raise ImproperlyConfigured(
            "MAIL_PROVIDER needs ANYMAIL_WEBHOOK_SECRET, like name:long-random-password (16 "
            "letters or more): anybody could post mail in the name of authors otherwise."
        )
    ANYMAIL["WEBHOOK_SECRET"] = _secrets
    INSTALLED_APPS.append("anymail")
LISTENS = RECEIVE_MAIL or bool(IMAP_URL) or bool(MAIL_PROVIDER)
OPERATOR_EMAIL = env.str("OPERATOR_EMAIL", default="")  # who learns what reconcile finds
PROBE_SECONDS = max(SWEEP_SECONDS, RESPONSE_WINDOW.total_seconds() / 28 / 24)  # hourly
# Where `manage.py receive_mail` logs; without it to the system's log, as a mail server does.
RECEIVE_MAIL_LOG = env.str("RECEIVE_MAIL_LOG", default="")


def _loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


MAIL_STAYS_HERE = _loopback(SMTP["EMAIL_HOST"] or "")
if TRIAL_MODE and not MAIL_STAYS_HERE:
    raise ImproperlyConfigured(
        "TRIAL_MODE lists papers without listening for replies, so it must never reach real "
        "authors: point EMAIL_URL at a server on this machine, or unset TRIAL_MODE."
    )

# --- workers ----------------------------------------------------------------------------
CELERY_BROKER_URL = REDIS_URL or "memory://localhost/"
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_TIME_LIMIT = 300  # seconds; far below the broker's visibility timeout of an hour
CELERY_TASK_SOFT_TIME_LIMIT = 240 if REDIS_URL else None  # the thread pool has no soft limits
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = "UTC"

# --- people -----------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
LOGIN_REDIRECT_URL = "reports:mine"
LOGIN_URL = "account_login"
LOGOUT_REDIRECT_URL = "registry:list"
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*"]
ACCOUNT_EMAIL_VERIFICATION = "none"  # the code that signs in is the proof of the address
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = ACCOUNT_LOGIN_TIMEOUT = 15 * 60  # seconds, as long as it is sent
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = 5
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = 3
ACCOUNT_RATE_LIMITS = (
    {
        "request_login_code": "30/15m/ip,5/15m/key",
        "appeal": "20/h/ip,5/h/key",
        "watch": "60/h/ip,30/h/key",
    }
    if env.bool("RATE_LIMITS", default=True)
    else False
)
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if env.bool("BEHIND_PROXY", default=False) else 0
# What each room keeps of a person, in the order in which it is erased (accounts/services.py).
PERSONAL_DATA = ["reports.personal", "notifications.personal", "accounts.personal"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]

# --- links that people give -------------------------------------------------------------
# Opened once, to say beside them whether they open; of other hosts nothing is asked.
LINK_HOSTS = env.list("LINK_HOSTS", default=list(HOSTS))
LINK_CHECK_BASE = ""  # tests alone name a server of their own here, which stands for all hosts

# Asked of name servers, to tell moderators; a trial run asks nobody.
CHECK_MAIL_DOMAINS = env.bool("CHECK_MAIL_DOMAINS", default=not (DEBUG or TRIAL_MODE))

# --- where metadata comes from (docs/sources.md) ----------------------------------------
# A server of this machine may stand for a source in tests and trial runs alone.
LOOPBACK_SOURCES = DEBUG or TRIAL_MODE


def _source(name: str, default: str) -> str:
    """The base address `name`: https, or plain http on this machine where that is allowed."""
    base = str(env.str(name, default=default)).rstrip("/")
    here = r"http://(?:127\.0\.0\.1|\[::1\]):[0-9]{1,5}(?:/[^?#\s]*)?"
    if re.fullmatch(r"https://[A-Za-z0-9.-]+(?:/[^?#\s]*)?", base):
        return base
    if LOOPBACK_SOURCES and re.fullmatch(here, base):
        return base
    raise ImproperlyConfigured(
        f"{name} is no address of a source: write it like {default}. Only with "
        "TRIAL_MODE or DEBUG it may be a server of this machine, like http://127.0.0.1:9000."
    )


ARXIV_API = _source("ARXIV_API", "https://export.arxiv.org/api")
CROSSREF_API = _source("CROSSREF_API", "https://api.crossref.org")
DATACITE_API = _source("DATACITE_API", "https://api.datacite.org")
OPENREVIEW_API = _source("OPENREVIEW_API", "https://api2.openreview.net")
OPENREVIEW_FIRST_API = _source("OPENREVIEW_FIRST_API", "https://api.openreview.net")
SEMANTIC_SCHOLAR_API = _source("SEMANTIC_SCHOLAR_API", "https://api.semanticscholar.org/graph/v1")
OPENALEX_API = _source("OPENALEX_API", "https://api.openalex.org")
SEMANTIC_SCHOLAR_KEY = env.str("SEMANTIC_SCHOLAR_KEY", default="")
OPENALEX_KEY = env.str("OPENALEX_KEY", default="")

# Whether anybody is asked. A trial asks only servers of this machine, unless it is told otherwise.
_asked = [ARXIV_API, CROSSREF_API, DATACITE_API, OPENREVIEW_API, OPENREVIEW_FIRST_API,
          SEMANTIC_SCHOLAR_API, OPENALEX_API]  # fmt: skip
LOOK_UP = env.bool(
    "LOOK_UP",
    default=not LOOPBACK_SOURCES or all(base.startswith("http://") for base in _asked),
)

# --- safety -----------------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}
SECURE_REFERRER_POLICY = "same-origin"  # no-referrer would break the CSRF check over https
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = HTTPS and env.bool("SSL_REDIRECT", default=True)
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]  # asked from inside, without TLS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SECURE_PROXY_SSL_HEADER = (
    ("HTTP_X_FORWARDED_PROTO", "https") if env.bool("BEHIND_PROXY", default=False) else None
)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "accounts.views.csrf_failure"
X_FRAME_OPTIONS = "DENY"
# Bytes. A provider posts a mail as one field of a form; nginx limits it by address (docker/).
DATA_UPLOAD_MAX_MEMORY_SIZE = (48 if MAIL_PROVIDER else 2) * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
# Files of one report, or of one answer; docker/nginx.conf lets pass a little more. Bytes.
FILE_MAX_BYTES = env.int("FILE_MAX_BYTES", default=10 * 1024 * 1024)
FILES_MAX_BYTES = env.int("FILES_MAX_BYTES", default=50 * 1024 * 1024)
# A bibliography that is checked. Bytes.
CHECK_MAX_BYTES = env.int("CHECK_MAX_BYTES", default=10 * 1024 * 1024)
FILES_MAX = env.int("FILES_MAX", default=20)

# --- words and time ---------------------------------------------------------------------
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("zh-hans", "简体中文")]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": env.str("LOG_LEVEL", default="INFO")},
    # A line for each ring of each sweep would bury everything else.
    "loggers": {
        name: {"level": "WARNING"}
        for name in ("celery.beat", "celery.worker.strategy", "celery.app.trace", "imapclient")
    }
    # What is wrong with a pasted entry is told to the person who pasted it.
    | {name: {"level": "CRITICAL"} for name in ("bibtexparser", "pylatexenc")},
}

# --- the mailbox page of a trial run ----------------------------------------------------
MAILBOX_DIR = env.str("MAILBOX_DIR", default="")
if MAILBOX_DIR and not (TRIAL_MODE or DEBUG):
    raise ImproperlyConfigured(
        "MAILBOX_DIR opens a page that shows every letter and sign-in code to everybody: "
        "unset it, or set TRIAL_MODE=1 on a machine of your own."
    )
if MAILBOX_DIR:
    INSTALLED_APPS.append("django_mail_preview")
    MAIL_PREVIEW_ROOT = MAILBOX_DIR
    MAIL_PREVIEW_MAX_MESSAGES = 500
    MAIL_PREVIEW_ALLOW = "config.mailbox.allowed"
