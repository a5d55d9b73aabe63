import type { NextConfig } from "next";

// Next adds entries to package-lock.json for compilers of other platforms when it misses them. The lock file is npm's.
process.env.NEXT_IGNORE_INCORRECT_LOCKFILE ??= "1";

const config: NextConfig = {
  // Tests build into a folder of their own so that they can run beside a started app.
  distDir: process.env.NEXT_DIST_DIR ?? ".next",
  poweredByHeader: false,
  reactStrictMode: true,
  typedRoutes: false,
  // The type check and the linter are stages of `npm test`; building twice what they check only costs time.
  typescript: { ignoreBuildErrors: true },
  serverExternalPackages: ["@node-rs/argon2", "pg", "pg-boss", "pino", "prom-client", "@prisma/client", "@prisma/adapter-pg"],
  experimental: { serverActions: { bodySizeLimit: "1mb" } },
};

export default config;
