# One image for the API, the workers, beat and the migration; docker-compose.yml says which command is which. The stage
# `tools` is another image, for what runs beside them: docker build --target tools.
#
# The tag names Python's minor version and Debian's release, so that a rebuild brings security fixes. For a build that
# is the same to the last byte, hand in a digest: docker build --build-arg PYTHON=python:3.13-slim-trixie@sha256:...
ARG PYTHON=python:3.13-slim-trixie

# pip installs from outside, so that the environments themselves carry no installer.
FROM ${PYTHON} AS packages
WORKDIR /build
COPY requirements.txt .
RUN --mount=type=cache,target=/root/.cache/pip \
    python -m venv --without-pip /venv && \
    pip --python /venv/bin/python install --require-hashes --requirement requirements.txt

FROM ${PYTHON} AS tool-packages
WORKDIR /build
COPY requirements-tools.txt .
RUN --mount=type=cache,target=/root/.cache/pip \
    python -m venv --without-pip /venv && \
    pip --python /venv/bin/python install --require-hashes --requirement requirements-tools.txt

FROM ${PYTHON} AS base
# Celery refuses to be sure who runs it when the account has no name.
RUN groupadd --gid 10001 tributary && \
    useradd --uid 10001 --gid tributary --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin tributary
ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1
WORKDIR /srv
STOPSIGNAL SIGTERM

FROM base AS tools
COPY --from=tool-packages /venv /venv
COPY emulator emulator
USER 10001:10001

FROM base
LABEL org.opencontainers.image.title="Tributary" \
      org.opencontainers.image.description="Collects public YouTube data inside the API quota" \
      org.opencontainers.image.licenses="MIT"
COPY --from=packages /venv /venv
COPY sql sql
# What /problems/... answers.
COPY docs/problems.md docs/problems.md
COPY gunicorn.conf.py gunicorn.conf.py
COPY app app
COPY discovery discovery
COPY workers workers
USER 10001:10001
EXPOSE 5000
# /livez, not /readyz: a restart of this container would not bring back a database that is away.
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s CMD ["python", "-m", "app", "alive", "api"]
CMD ["gunicorn", "--bind", "0.0.0.0:5000", "--worker-class", "gthread", "--workers", "2", "--threads", "8", \
     "--graceful-timeout", "10", "--no-control-socket", "--worker-tmp-dir", "/dev/shm", "app.web:create_app()"]
