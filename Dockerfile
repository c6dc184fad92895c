# One Dockerfile for all services: docker build --build-arg SERVICE=clean .
# SERVICE is gateway, ingest, clean, dedup, entities, summarise or clerk; an image holds only what its service imports.
FROM python:3.13-slim

RUN useradd --uid 10001 --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin wiremill \
    && install -d -o wiremill -g wiremill /spool \
    && python -m venv --without-pip /opt/wiremill

ENV PATH=/opt/wiremill/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    OMP_NUM_THREADS=1 \
    WIREMILL_SPOOL_DIR=/spool \
    WIREMILL_HEARTBEAT_FILE=/tmp/heartbeat

ARG SERVICE
# -s3: with the driver for uploads in an object store (gateway, ingest and clerk).
ARG SPOOL=
COPY requirements/${SERVICE}${SPOOL}.txt /opt/wiremill/requirements.txt
RUN --mount=type=cache,target=/root/.cache/pip \
    pip --python /opt/wiremill/bin/python --disable-pip-version-check install --require-hashes \
        -r /opt/wiremill/requirements.txt

# The source is mounted, not copied: only what the wheel holds stays in the image.
RUN --mount=type=bind,target=/src,rw \
    pip --python /opt/wiremill/bin/python --disable-pip-version-check install --no-cache-dir --no-deps \
        --no-build-isolation /src

USER wiremill
ENV WIREMILL_SERVICE=${SERVICE}

# The gateway answers for itself and for Redis; everyone else touches a file every few seconds from its main loop.
HEALTHCHECK --interval=10s --timeout=8s --start-period=60s --retries=3 CMD \
    if [ "$WIREMILL_SERVICE" = gateway ]; then \
        python -c 'import os, urllib.request as u; u.urlopen("http://127.0.0.1:%s/readyz" % os.environ.get("WIREMILL_PORT", 8080), timeout=5)'; \
    else \
        [ $(($(date +%s) - $(stat -c %Y "$WIREMILL_HEARTBEAT_FILE"))) -lt 30 ]; \
    fi

ENTRYPOINT ["wiremill"]
CMD ["--help"]
