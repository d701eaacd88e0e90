# The operator in one file, on an image that has Node and neither shell nor package manager.
# `npm run image` builds it, and says what it does where the base images cannot be pulled. By hand, for two platforms:
#   docker buildx build --platform linux/amd64,linux/arm64 --build-arg VERSION=0.1.0 .

# Any image with Node 24 and npm, and any with Node 24 (at RUNTIME_NODE), such as those of your own registry.
ARG NODE_IMAGE=docker.io/library/node:24-bookworm-slim
ARG RUNTIME_IMAGE=gcr.io/distroless/nodejs24-debian12:nonroot

# On the platform of the machine that builds: what this stage makes is JavaScript, and the same for all.
FROM --platform=$BUILDPLATFORM ${NODE_IMAGE} AS bundle
WORKDIR /source
COPY package.json package-lock.json ./
# No package's scripts are run: the bundle needs none of them.
RUN --mount=type=cache,target=/root/.npm \
    npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
COPY . .
ARG RUNTIME_NODE=/nodejs/bin/node
# The time of every file, in seconds since 1970: the same source and time give the same bytes.
ARG SOURCE_DATE_EPOCH=0
RUN node dev/bundle.ts --out /image/mooring --node "$RUNTIME_NODE"

FROM ${RUNTIME_IMAGE}
ARG VERSION=unknown
ARG REVISION=unknown
LABEL org.opencontainers.image.title="mooring" \
      org.opencontainers.image.description="A Kubernetes operator that keeps an AWS account as the cluster's manifests declare it" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
COPY --from=bundle /image/ /
ENV NODE_ENV=production
# A number: Kubernetes' runAsNonRoot cannot judge a name.
USER 65532:65532
# /metrics; /healthz and /readyz.
EXPOSE 8080 8081
# Small semi-spaces: under load the least memory for the same speed. Node is process 1 and handles SIGTERM itself.
ENTRYPOINT ["/mooring/node", "--max-semi-space-size=4", "/mooring/mooring.mjs"]
CMD ["run"]
