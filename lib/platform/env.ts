import { z } from "zod";
import { parseAllowedTargets } from "@/lib/core/allowed-targets";
import { parseBuiltInPlan } from "@/lib/core/built-in-plan";
import { parseSecretsKeys } from "@/lib/core/secrets-keys";

/** The only reader of `process.env`. Every variable of the product with its meaning; the README's table follows it. */
const url = z.url();
const optionalUrl = z.url().optional();

const edgeSchema = z.object({
  /** Public origin, for links in mails, documentation links and the same-origin check. */
  APP_URL: url.default("http://localhost:3000"),
  /** Encrypts sessions. At least 32 characters. */
  AUTH_SECRET: z.string().min(32),
  UPSTASH_REDIS_REST_URL: url,
  UPSTASH_REDIS_REST_TOKEN: z.string().min(1),
  /** How many proxies in front of the application add to `X-Forwarded-For`. */
  TRUSTED_PROXY_HOPS: z.coerce.number().int().min(0).max(10).default(0),
  /** Web processes that share the port of this machine. While Redis is away each enforces its part of every rate limit. */
  WEB_PROCESSES: z.coerce.number().int().min(1).max(64).default(1),
  LOG_LEVEL: z.enum(["fatal", "error", "warn", "info", "debug", "trace", "silent"]).default("info"),
  SENTRY_DSN: optionalUrl,
});

/** Variables that are of no use without each other. */
const PAIRS = [["GITHUB_CLIENT_ID", "GITHUB_CLIENT_SECRET"], ["GOOGLE_CLIENT_ID", "GOOGLE_CLIENT_SECRET"], ["STRIPE_SECRET_KEY", "STRIPE_WEBHOOK_SECRET"]] as const;

const serverSchema = edgeSchema.extend({
  /** The application's own role: it owns nothing and cannot bypass row-level security. */
  DATABASE_URL: url,
  DATABASE_POOL_SIZE: z.coerce.number().int().min(1).max(200).default(10),
  /** Any OpenAI-compatible endpoint, up to and including `/v1`. */
  MODEL_BASE_URL: url,
  MODEL_API_KEY: z.string().min(1),
  /** JSON list of the endpoint's models with their prices. Default: the built-in model alone. */
  MODEL_CATALOGUE: z.string().optional(),
  SMTP_URL: url,
  /** Keys that secrets at rest are sealed with, as `id:base64` of 32 bytes each, separated by commas. The first one seals; the others still open. */
  SECRETS_KEYS: z.string().transform((text, context) => {
    const keys = parseSecretsKeys(text);
    if (!keys) context.addIssue({ code: "custom", message: "Use `id:key`, several separated by commas: an id of letters and digits, a key of 32 bytes in base64." });
    return keys ?? z.NEVER;
  }),
  MAIL_FROM: z.string().min(3).default("Stint <no-reply@localhost>"),
  /** Guards `GET /api/metrics`. Without it the route answers 404. */
  METRICS_TOKEN: z.string().min(16).optional(),
  /** Signing in with GitHub: an OAuth app whose callback is `<APP_URL>/api/auth/callback/github`. Without it nothing of it is shown. */
  GITHUB_CLIENT_ID: z.string().min(1).optional(),
  GITHUB_CLIENT_SECRET: z.string().min(1).optional(),
  /** GitHub, or an Enterprise Server of one's own, whose API is at `<url>/api/v3`. */
  GITHUB_URL: url.default("https://github.com"),
  /** Signing in with Google: an OAuth client whose redirect URI is `<APP_URL>/api/auth/callback/google`. */
  GOOGLE_CLIENT_ID: z.string().min(1).optional(),
  GOOGLE_CLIENT_SECRET: z.string().min(1).optional(),
  /** Where the OpenID configuration is found. */
  GOOGLE_ISSUER: url.default("https://accounts.google.com"),
  /** Selling plans through Stripe. Without it every workspace has the built-in plan, and nothing of billing is shown. */
  STRIPE_SECRET_KEY: z.string().min(1).optional(),
  /** What Stripe signs the events with that it sends to `<APP_URL>/api/stripe/webhook`. */
  STRIPE_WEBHOOK_SECRET: z.string().min(1).optional(),
  /** Where Stripe's API is. */
  STRIPE_API_URL: url.default("https://api.stripe.com"),
  /** `on`: Stripe Tax works out what is due on every invoice. */
  STRIPE_TAX: z.enum(["on", "off"]).default("off"),
  /** What a workspace may use where nothing is sold, as a JSON object such as `{"minutes": 5000}`. `npm run migrate` writes it down. */
  BUILT_IN_PLAN: z.string().default("{}").transform((text, context) => {
    const read = parseBuiltInPlan(text);
    if ("limits" in read) return read.limits;
    context.addIssue({ code: "custom", message: read.problem });
    return z.NEVER;
  }),
  HEARTBEAT_URL_WEB: optionalUrl,
  HEARTBEAT_URL_WORKER: optionalUrl,
  /** Who takes `/api/v1` in our own server: the handlers directly, or Next's route files as on a hosting platform. */
  API_MOUNT: z.enum(["direct", "next"]).default("direct"),
  /** Once all tenants' model calls of a UTC day have cost this many dollars at list price, no new run begins until the next. Default: no such cap. */
  PLATFORM_DAILY_MODEL_SPEND_USD: z.coerce.number().positive().max(10_000_000).optional(),
  /** What tools and webhooks may reach beyond the public internet: `host:port` and `address/bits`, separated by commas. Default: nothing. */
  OUTBOUND_ALLOWED: z.string().default("").transform((text, context) => {
    const targets = parseAllowedTargets(text);
    if (!targets) context.addIssue({ code: "custom", message: "Use `host:port` or `address/bits`, several separated by commas." });
    return targets ?? z.NEVER;
  }),
  /** Runs that one worker process executes at a time. */
  WORKER_SLOTS: z.coerce.number().int().min(1).max(64).default(4),
}).superRefine((given, context) => {
  for (const [one, other] of PAIRS) {
    if ((given[one] === undefined) === (given[other] === undefined)) continue;
    const [missing, present] = given[one] === undefined ? [one, other] : [other, one];
    context.addIssue({ code: "custom", path: [missing], message: `is needed beside ${present}` });
  }
});

export type EdgeEnv = z.output<typeof edgeSchema>;
export type ServerEnv = z.output<typeof serverSchema>;

let edge: EdgeEnv | undefined;
let server: ServerEnv | undefined;

/** What the edge needs. @throws Error naming every variable that is missing or wrong. */
export function edgeEnv(): EdgeEnv {
  if (!edge) {
    edge = read(edgeSchema);
    // next-auth reads its own name for the same thing.
    process.env.NEXTAUTH_URL ??= edge.APP_URL;
  }
  return edge;
}

/** What web and worker processes need. @throws Error naming every variable that is missing or wrong. */
export function env(): ServerEnv {
  return (server ??= read(serverSchema));
}

/** True in a production build, where secure defaults must not depend on configuration. */
export const isProduction = process.env.NODE_ENV === "production";

/** True under `next dev` alone, whose reloading needs what a content security policy forbids. */
export const isDevelopment = process.env.NODE_ENV === "development";

/** `nodejs` or `edge` inside Next, undefined in the worker and in scripts. */
export const nextRuntime = process.env.NEXT_RUNTIME;

function read<S extends z.ZodType>(schema: S): z.output<S> {
  // An empty variable is an unset one: compose files and shells write `X=` for "none".
  const given = Object.fromEntries(Object.entries(process.env).filter(([, value]) => value !== ""));
  const result = schema.safeParse(given);
  if (result.success) return result.data;
  const faults = result.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`);
  throw new Error(`Environment variables are missing or wrong. ${faults.join("; ")}. The README lists them all.`);
}
