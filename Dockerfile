# Build: the wheel and its pinned dependencies. Run: only the environment, as a user without rights.
FROM python:3.11-slim AS build
WORKDIR /src
COPY . .
RUN python -m venv /opt/bulian \
    && /opt/bulian/bin/pip install --no-cache-dir --require-hashes -r requirements.lock \
    && /opt/bulian/bin/pip install --no-cache-dir --no-deps --no-build-isolation .

FROM python:3.11-slim
RUN useradd --create-home --uid 10001 bulian
COPY --from=build /opt/bulian /opt/bulian
USER bulian
WORKDIR /home/bulian
ENV PATH=/opt/bulian/bin:$PATH PYTHONUNBUFFERED=1
ENTRYPOINT ["bulian"]
