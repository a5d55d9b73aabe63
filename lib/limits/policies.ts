import { MINUTE_MS } from "@/lib/core/time";

/** Whose limit it is. Addresses are counted by network (lib/limits/subject.ts); `text` is a mail address or several things at once. */
export type RateSubject = "address" | "user" | "key" | "tenant" | "text";

/**
 * Every rate limit on one screen. `tenant` takes its quota from the plan (lib/billing/plans.ts), `key` from the key itself;
 * the others are fixed. A policy's name is what `RateLimit-Policy` and the body of a 429 call it; `counts` says in words what
 * is counted, `per` for whom. A limit refills evenly: after its quota was used at once, one more comes every window ÷ quota.
 */
export const RATE_POLICIES = {
  /** API requests from an address without a key that the edge knows. */
  anonymous: { quota: 120, windowMs: MINUTE_MS, per: "address", counts: "requests without a known key from one address" },
  /** Page requests from an address without a session. */
  pages: { quota: 600, windowMs: MINUTE_MS, per: "address", counts: "pages without a session for one address" },
  /** Page requests and actions of one signed-in user, wherever they sit: an office shares its address. */
  user: { quota: 1_200, windowMs: MINUTE_MS, per: "user", counts: "requests of one signed-in person" },
  /** Requests of all keys of a tenant together; the quota is the plan's. */
  tenant: { quota: null, windowMs: MINUTE_MS, per: "tenant", counts: "requests of all keys of the workspace together" },
  /** Requests of one key, where it was given a limit of its own. */
  key: { quota: null, windowMs: MINUTE_MS, per: "key", counts: "requests of this key" },
  /** Attempts to sign in from an address. */
  sign_in: { quota: 20, windowMs: 5 * MINUTE_MS, per: "address", counts: "attempts to sign in from one address" },
  /** Attempts to sign in to one account from one address: nobody can lock its owner out from elsewhere. */
  sign_in_account: { quota: 10, windowMs: 5 * MINUTE_MS, per: "text", counts: "attempts to sign in to one account from one address" },
  /** Second factors of one account: six digits are not many. */
  second_factor: { quota: 10, windowMs: 15 * MINUTE_MS, per: "user", counts: "second factors of one account" },
  /** Mailed links that are followed, from an address: tokens cannot be guessed, but trying costs. */
  link: { quota: 30, windowMs: 10 * MINUTE_MS, per: "address", counts: "mailed links followed from one address" },
  /** Changes of one's own account that ask for the password. */
  account: { quota: 20, windowMs: 10 * MINUTE_MS, per: "user", counts: "changes of one account" },
  /** Ways to GitHub or Google and back, from an address: both ends count. */
  sign_in_elsewhere: { quota: 40, windowMs: 5 * MINUTE_MS, per: "address", counts: "ways to another sign-in service from one address" },
  /** Accounts asked for from an address. */
  sign_up: { quota: 10, windowMs: 10 * MINUTE_MS, per: "address", counts: "accounts asked for from one address" },
  /** Mails to one address. */
  mail: { quota: 5, windowMs: 60 * MINUTE_MS, per: "text", counts: "mails to one address" },
  /** Exports of a tenant: each reads everything that it has. */
  export: { quota: 10, windowMs: 60 * MINUTE_MS, per: "tenant", counts: "exports of one workspace" },
  /** Invitations that a tenant mails, repeated ones included. */
  invite: { quota: 30, windowMs: 60 * MINUTE_MS, per: "tenant", counts: "invitations mailed by one workspace" },
  /** Changes of a tenant's caps, alerts and pause: each goes to the audit log and to every worker. */
  caps: { quota: 60, windowMs: 10 * MINUTE_MS, per: "tenant", counts: "changes of one workspace's caps" },
  /** Changes of a tenant's subscription: each is several calls of Stripe. */
  billing: { quota: 60, windowMs: 10 * MINUTE_MS, per: "tenant", counts: "changes of one workspace's subscription" },
  /** Requests that a tenant's tools and webhooks send to other servers: nobody's platform is a means to flood somebody else's. */
  egress: { quota: 600, windowMs: MINUTE_MS, per: "tenant", counts: "requests of one workspace's tools and webhooks" },
} as const satisfies Record<string, { quota: number | null; windowMs: number; per: RateSubject; counts: string }>;

export type RatePolicy = keyof typeof RATE_POLICIES;

/** Policies whose limits guard an account: without Redis they refuse rather than let everything through. */
export const FAIL_CLOSED: ReadonlySet<RatePolicy> = new Set(["sign_in", "sign_in_account", "sign_in_elsewhere", "second_factor", "link", "account", "sign_up", "mail", "invite"]);
