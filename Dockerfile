# Images of the program; docs/install.md says how to use them.
#   docker build -t colourize .                         for CPUs
#   docker build -t colourize-cuda --target cuda .      with the CUDA backend
# The build stages run what a person would run: ./do. What they need stays in them; a package is all that comes out.
# tests/package/dockerfile_test.py runs the stages for CPUs without Docker.
FROM debian:bookworm-slim AS build-cpu
WORKDIR /source
COPY . .
RUN ./do package

FROM nvidia/cuda:13.0.1-devel-ubuntu24.04 AS build-cuda
WORKDIR /source
COPY . .
RUN ./do package cuda

FROM nvidia/cuda:13.0.1-runtime-ubuntu24.04 AS cuda
RUN --mount=type=bind,from=build-cuda,source=/source/build/package-cuda,target=/packages \
    apt-get update && \
    apt-get install -y --no-install-recommends ca-certificates /packages/colourize_*.deb && \
    apt-get clean && \
    rm -rf /var/lib/apt/lists/*
# Whoever runs it may be any user (docker run --user): all may install models.
RUN useradd --system colourize && \
    mkdir -p /var/lib/colourize/models && \
    chmod 1777 /var/lib/colourize/models
ENV XDG_DATA_HOME=/var/lib
VOLUME /var/lib/colourize/models
USER colourize
WORKDIR /work
ENTRYPOINT ["colourize"]
CMD ["--help"]

# The last stage is the one that is built where none is named.
FROM debian:bookworm-slim AS cpu
RUN --mount=type=bind,from=build-cpu,source=/source/build/package,target=/packages \
    apt-get update && \
    apt-get install -y --no-install-recommends ca-certificates /packages/colourize_*.deb && \
    apt-get clean && \
    rm -rf /var/lib/apt/lists/*
RUN useradd --system colourize && \
    mkdir -p /var/lib/colourize/models && \
    chmod 1777 /var/lib/colourize/models
ENV XDG_DATA_HOME=/var/lib
VOLUME /var/lib/colourize/models
USER colourize
WORKDIR /work
ENTRYPOINT ["colourize"]
CMD ["--help"]
