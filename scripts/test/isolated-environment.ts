/** Variables that lead to real services or to another installation: a test never sees them. */
const KEPT_OUT = [
  "DATABASE_URL", "DATABASE_MIGRATE_URL", "DATABASE_POOL_SIZE", "UPSTASH_REDIS_REST_URL", "UPSTASH_REDIS_REST_TOKEN", "REDIS_URL",
  "MODEL_BASE_URL", "MODEL_API_KEY", "MODEL_CATALOGUE", "SMTP_URL", "MAIL_FROM", "APP_URL", "AUTH_SECRET", "SECRETS_KEYS", "METRICS_TOKEN", "SENTRY_DSN",
  "HEARTBEAT_URL_WEB", "HEARTBEAT_URL_WORKER", "TRUSTED_PROXY_HOPS", "WORKER_SLOTS", "OUTBOUND_ALLOWED", "WEB_PROCESSES", "API_MOUNT", "LOG_LEVEL", "PORT", "HOST", "STINT_HOME", "NEXT_DIST_DIR",
  "GITHUB_CLIENT_ID", "GITHUB_CLIENT_SECRET", "GITHUB_URL", "GOOGLE_CLIENT_ID", "GOOGLE_CLIENT_SECRET", "GOOGLE_ISSUER",
  "STRIPE_SECRET_KEY", "STRIPE_WEBHOOK_SECRET", "STRIPE_API_URL", "STRIPE_TAX", "STRIPE_SANDBOX", "BUILT_IN_PLAN",
  "NODE_ENV", "npm_lifecycle_event",
];

/** Where tests serve what tools and webhooks call: part of the loopback network, which the outbound guard refuses otherwise. */
export const TEST_OUTBOUND_NETWORK = "127.77.0.0/16";

/** The environment without anything that belongs to a real installation. */
export function isolatedEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return { NODE_ENV: "production", OUTBOUND_ALLOWED: TEST_OUTBOUND_NETWORK, ...Object.fromEntries(Object.entries(env).filter(([name]) => !KEPT_OUT.includes(name))) };
}

/** Build folder of the tests, beside the one of a started application. */
export const TEST_DIST_FOLDER = ".next-test";
