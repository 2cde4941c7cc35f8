# Two stages: the first builds a wheel, the second has what runs. The compiler (zig, from PyPI) stays in the first.
# The Python that the tests run with; any from 3.11 on works.
ARG PYTHON=3.11

FROM python:${PYTHON}-slim AS build
WORKDIR /source
COPY . .
RUN pip wheel --quiet --no-cache-dir --no-deps --wheel-dir /wheels .

FROM python:${PYTHON}-slim
# Names of extras in brackets, such as [spill,web].
ARG EXTRAS=""
# Modules are compiled when they are installed, since the root file system may be read-only when they run.
RUN --mount=type=bind,from=build,source=/wheels,target=/wheels \
    --mount=type=bind,source=requirements/runtime.txt,target=/runtime.txt \
    pip install --quiet --no-cache-dir --require-hashes -r /runtime.txt \
    && pip install --quiet --no-cache-dir "$(echo /wheels/*.whl)${EXTRAS}"
ENV PYTHONDONTWRITEBYTECODE=1 HOME=/tmp
LABEL org.opencontainers.image.title="dedup-articles" \
      org.opencontainers.image.description="Scraped articles in, clean articles out" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.source="https://github.com/dedup-articles/dedup"
# A number, so that Kubernetes can see that it is not root.
USER 65532:65532
WORKDIR /data
ENTRYPOINT ["dedup"]
CMD ["--help"]
