# To pin it to the byte: --build-arg PYTHON=3.11.14-slim-bookworm@sha256:... (docs/operations.md)
ARG PYTHON=3.11.14-slim-bookworm
FROM python:${PYTHON}

ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 PIP_NO_CACHE_DIR=1 \
    STREAMLIT_SERVER_HEADLESS=true STREAMLIT_SERVER_ADDRESS=0.0.0.0 STREAMLIT_SERVER_PORT=8501 \
    STREAMLIT_SERVER_FILE_WATCHER_TYPE=none RAVINE_CACHE=/home/ravine/cache

RUN useradd --create-home --uid 10001 ravine && install -d -o ravine -g ravine /home/ravine/rooms
WORKDIR /app

# --build-arg VALKEY=yes: also what a Valkey or Redis server needs that keeps the rooms
ARG VALKEY=
COPY requirements.txt deploy/requirements-valkey.txt ./
RUN pip install --require-hashes -r requirements.txt ${VALKEY:+-r requirements-valkey.txt}

COPY --chown=root:root app.py LICENSE ./
COPY .streamlit .streamlit
COPY ravine ravine
COPY optim optim
COPY surfaces surfaces
COPY pages pages
COPY locale locale

USER ravine
# Compile the default race into the image, so that the first start is as quick as a restart.
RUN python -c "from ravine.server.warmup import first; first()"

EXPOSE 8501
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s \
    CMD ["python", "-I", "-S", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8501/_stcore/health', timeout=2)"]
CMD ["python", "-m", "streamlit", "run", "app.py"]
