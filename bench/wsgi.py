"""The project as gunicorn serves it, with the plain view of bench/urls.py beside its pages."""

import os
from pathlib import Path

from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
settings.ROOT_URLCONF = "bench.urls"
settings.TEMPLATES[0]["DIRS"].append(Path(__file__).parent / "templates")
application = get_wsgi_application()
