# The application with its extras [transformers] and [postgres].
FROM python:3.12-slim-bookworm AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN apt-get update && apt-get install -y --no-install-recommends gcc libc6-dev && rm -rf /var/lib/apt/lists/*
WORKDIR /app
RUN python -m venv /venv
COPY requirements/postgres.lock requirements/transformers.lock requirements/
RUN /venv/bin/pip install --require-hashes --no-deps -r requirements/postgres.lock
# torch first and by exact version, outside the hashed lock: its CPU and CUDA builds differ. Another build (CPU only,
# a CUDA version) is chosen with the build argument and pip's own settings.
ARG TORCH=torch==2.13.0
RUN /venv/bin/pip install "$TORCH" \
    && /venv/bin/pip install --require-hashes --no-deps -r requirements/transformers.lock
COPY . .
RUN /venv/bin/pip install --no-deps --no-build-isolation --editable .

FROM python:3.12-slim-bookworm
RUN apt-get update && apt-get install -y --no-install-recommends libgomp1 && rm -rf /var/lib/apt/lists/* \
    && useradd --create-home --uid 10001 kaart && mkdir /data && chown kaart /data
COPY --from=build /venv /venv
COPY --from=build /app /app
ENV PATH=/venv/bin:$PATH KAART_DATA_DIR=/data HF_HOME=/data/models
WORKDIR /app
USER kaart
VOLUME /data
EXPOSE 8000
CMD ["kaart", "serve", "--host", "0.0.0.0"]
