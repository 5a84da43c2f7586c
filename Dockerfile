# syntax=docker/dockerfile:1
# docker buildx build --platform linux/arm64,linux/amd64 -t tokonoma .   (docs/operations.md)

# What is built is JavaScript and WebAssembly, the same for every platform.
FROM --platform=$BUILDPLATFORM node:24-bookworm-slim AS build
WORKDIR /src
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts
COPY . .
RUN npm run build && npm pack --ignore-scripts --pack-destination /tmp && mkdir /app \
  && tar xzf /tmp/tokonoma-*.tgz -C /app --strip-components=1 && cp package-lock.json /app/

FROM node:24-bookworm-slim
WORKDIR /app
COPY --from=build /app/package.json /app/package-lock.json ./
# No compiler is here: of the optional packages, what is JavaScript works.
RUN npm ci --omit=dev --ignore-scripts && npm cache clean --force
COPY --from=build /app ./
RUN mkdir -p /data /models && chown node:node /data /models
USER node
# XDG_STATE_HOME: where a configuration without "data" keeps its journal. HF_HUB_CACHE: where pull puts models.
ENV NODE_ENV=production XDG_STATE_HOME=/data HF_HUB_CACHE=/models
VOLUME ["/data", "/models"]
EXPOSE 1883 8080
# /health asks for no token. A start waits for its broker.
HEALTHCHECK --interval=30s --timeout=5s --start-period=120s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:8080/health').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
# Without a shell between: SIGTERM comes to the runtime itself, which makes the actuators safe.
STOPSIGNAL SIGTERM
ENTRYPOINT ["node", "/app/build/src/cli/main.js"]
CMD ["run", "--config", "/data/tokonoma.yaml"]
