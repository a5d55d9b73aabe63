import { MINUTE_MS } from "@/lib/core/time";

/**
 * Every rate limit on one screen. `tenant` takes its quota from the plan (lib/billing/plans.ts), `key` from the key itself;
 * the others are fixed. A policy's name is what `RateLimit-Policy` and the body of a 429 call it.
 */
export const RATE_POLICIES = {
  /** API requests from an address without a key that the edge knows. */
  anonymous: { quota: 120, windowMs: MINUTE_MS },
  /** Page requests from an address without a session. */
  pages: { quota: 600, windowMs: MINUTE_MS },
  /** Page requests and actions of one signed-in user, wherever they sit: an office shares its address. */
  user: { quota: 1_200, windowMs: MINUTE_MS },
  /** Requests of all keys of a tenant together; the quota is the plan's. */
  tenant: { quota: null, windowMs: MINUTE_MS },
  /** Requests of one key, where it was given a limit of its own. */
  key: { quota: null, windowMs: MINUTE_MS },
  /** Attempts to sign in from an address. */
  sign_in: { quota: 20, windowMs: 5 * MINUTE_MS },
  /** Attempts to sign in to one account from one address: nobody can lock its owner out from elsewhere. */
  sign_in_account: { quota: 10, windowMs: 5 * MINUTE_MS },
  /** Second factors of one account: six digits are not many. */
  second_factor: { quota: 10, windowMs: 15 * MINUTE_MS },
  /** Mailed links that are followed, from an address: tokens cannot be guessed, but trying costs. */
  link: { quota: 30, windowMs: 10 * MINUTE_MS },
  /** Changes of one's own account that ask for the password. */
  account: { quota: 20, windowMs: 10 * MINUTE_MS },
  /** Ways to GitHub or Google and back, from an address: both ends count. */
  sign_in_elsewhere: { quota: 40, windowMs: 5 * MINUTE_MS },
  /** Accounts asked for from an address. */
  sign_up: { quota: 10, windowMs: 10 * MINUTE_MS },
  /** Mails to one address. */
  mail: { quota: 5, windowMs: 60 * MINUTE_MS },
  /** Exports of a tenant: each reads everything that it has. */
  export: { quota: 10, windowMs: 60 * MINUTE_MS },
  /** Invitations that a tenant mails, repeated ones included. */
  invite: { quota: 30, windowMs: 60 * MINUTE_MS },
} as const;

export type RatePolicy = keyof typeof RATE_POLICIES;

/** Policies whose limits guard an account: without Redis they refuse rather than let everything through. */
export const FAIL_CLOSED: ReadonlySet<RatePolicy> = new Set(["sign_in", "sign_in_account", "sign_in_elsewhere", "second_factor", "link", "account", "sign_up", "mail", "invite"]);
