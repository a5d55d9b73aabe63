import { decode, encode } from "next-auth/jwt";
import { MINUTE_MS, SECOND_MS } from "@/lib/core/time";
import { edgeEnv } from "@/lib/platform/env";
import { isSignInMethod, type SignInMethod } from "@/lib/users/sign-in-methods";

/** Somebody whose first factor was right and whose second one is still asked for. Signs nobody in. */
export type PendingSignIn = { userId: string; sessionVersion: number; method: SignInMethod; next: string | null };

/** How long the second factor may take. */
export const PENDING_MS = 10 * MINUTE_MS;

/** Another kind of token than a session: sealed with another key, so that neither opens as the other. */
const SALT = "stint.second-factor";

/** Seals it into a cookie value. */
export function sealPending(pending: PendingSignIn): Promise<string> {
  return encode({ token: { sub: pending.userId, ver: pending.sessionVersion, method: pending.method, next: pending.next }, secret: edgeEnv().AUTH_SECRET, salt: SALT, maxAge: PENDING_MS / SECOND_MS });
}

/** Opens a cookie value; null when it is missing, forged or too old. */
export async function openPending(cookie: string | undefined): Promise<PendingSignIn | null> {
  if (!cookie) return null;
  try {
    const token = await decode({ token: cookie, secret: edgeEnv().AUTH_SECRET, salt: SALT });
    if (!token || typeof token.sub !== "string" || typeof token.ver !== "number" || typeof token.method !== "string" || !isSignInMethod(token.method)) return null;
    return { userId: token.sub, sessionVersion: token.ver, method: token.method, next: typeof token.next === "string" ? token.next : null };
  } catch {
    // As with a session: what exactly is wrong with it is the sender's business.
    return null;
  }
}
