# The worker: docker build -t identity-migration . The workflow bundle is built ahead, so that the worker does not carry the bundler.
FROM node:20.20.2-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY . .
RUN npm run build && npm prune --omit=dev --no-audit --no-fund

FROM node:20.20.2-bookworm-slim
SHELL ["/bin/bash", "-o", "pipefail", "-c"]
# pg_dump must be at least as new as the target's server: version 16, from PostgreSQL's own packages, as in docker-compose.yml.
# A newer one writes archives that an older server's psql cannot read back.
ARG POSTGRES_CLIENT=16
# hadolint ignore=DL3008
RUN apt-get update \
  && apt-get install -y --no-install-recommends ca-certificates postgresql-common \
  && /usr/share/postgresql-common/pgdg/apt.postgresql.org.sh -y \
  && apt-get install -y --no-install-recommends "postgresql-client-${POSTGRES_CLIENT}" \
  && rm -rf /var/lib/apt/lists/*
ENV NODE_ENV=production \
  PATH="/app/bin:/usr/lib/postgresql/${POSTGRES_CLIENT}/bin:${PATH}" \
  BACKUP_DIR=/data/backups \
  REPORT_DIR=/data/reports \
  METRICS_ADDRESS=0.0.0.0:9464
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
COPY --from=build /app/bin ./bin
RUN ln -s identity-migrate.js bin/identity-migrate \
  && install -d -o node -g node -m 0700 /data /data/backups /data/reports
USER 1000:1000
EXPOSE 9464
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=6 CMD ["node", "bin/worker-health.js"]
CMD ["node", "dist/src/worker.js"]
