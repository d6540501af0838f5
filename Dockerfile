# One image for every process; compose.yaml and the Procfile name the commands.
FROM python:3.13-slim-bookworm AS build
WORKDIR /srv/lang-nghe
COPY feedback/__init__.py feedback/__main__.py feedback/bootstrap.py feedback/installers.py feedback/
COPY requirements.lock ./
# The same hashed lock and the same installer as on a newcomer's machine.
RUN python3 -c "from pathlib import Path; from feedback import bootstrap; bootstrap.prepare(Path.cwd())" \
    && rm -rf .venv/uv-* /root/.cache

FROM python:3.13-slim-bookworm
RUN useradd --system --create-home --home-dir /var/lib/lang-nghe --uid 10001 langnghe
WORKDIR /srv/lang-nghe
COPY --from=build /srv/lang-nghe/.venv .venv
COPY feedback feedback
COPY classifier classifier
COPY migrations migrations
COPY templates templates
COPY wsgi.py setup.cfg pyproject.toml ./
ENV PATH=/srv/lang-nghe/.venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    VAR_DIR=/var/lib/lang-nghe \
    MODEL_DIR=/var/lib/lang-nghe/model
# The first model is part of the image: a worker that starts is ready to work, and all workers run the same one.
RUN python -m compileall -q feedback classifier \
    && MODEL_DIR=/srv/lang-nghe/model python -m classifier train --if-stale \
    && chown -R langnghe /srv/lang-nghe/model
ENV MODEL_DIR=/srv/lang-nghe/model
USER langnghe
VOLUME /var/lib/lang-nghe
EXPOSE 8000
STOPSIGNAL SIGTERM
CMD ["granian", "--interface", "wsgi", "--no-ws", "--http", "1", "--host", "0.0.0.0", "--port", "8000", \
     "--workers", "2", "--blocking-threads", "1", "--respawn-failed-workers", "--workers-kill-timeout", "10", "wsgi:app"]
