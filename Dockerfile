# The web server, the workers, beat and migrate are one image; the command makes the difference.
FROM python:3.13-slim

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /srv/unreproduced

# What beat, uploads and dumps may write; named volumes take the owner from here.
RUN useradd --uid 10001 --no-create-home --home-dir /srv/unreproduced registry \
    && mkdir -p /srv/state /srv/uploads /srv/data \
    && chown registry:registry /srv/state /srv/uploads /srv/data

COPY pyproject.toml constraints.txt README.md LICENSE ./
RUN pip install --constraint constraints.txt . && rm -rf build ./*.egg-info

COPY manage.py ./
COPY config config
COPY accounts accounts
COPY registry registry
COPY reports reports
COPY notifications notifications
COPY sample sample
COPY templates templates
COPY static static
COPY locale locale
COPY docs/api.md docs/api.md

ENV STATIC_ROOT=/srv/unreproduced/staticfiles
RUN python -m registry.catalogue && DEBUG=1 python manage.py collectstatic --noinput

USER registry
EXPOSE 8000
CMD ["gunicorn", "config.wsgi:application", "--bind", "0.0.0.0:8000", "--workers", "2", \
     "--no-control-socket", "--worker-tmp-dir", "/dev/shm"]
