import { cookies } from "next/headers";
import { DAY_MS, SECOND_MS } from "@/lib/core/time";
import { openPending, PENDING_MS, sealPending, type PendingSignIn } from "@/lib/http/pending-sign-in";
import { openSession, sealSession, sessionCookie, type Session } from "@/lib/http/session";

/** The session of the request that is being rendered or acted on, or null. PostgreSQL still has to confirm it. */
export async function currentSession(): Promise<Session | null> {
  const jar = await cookies();
  return openSession(jar.get(sessionCookie().name)?.value);
}

/** Gives the browser the cookie of a session that was opened for it. Only inside a server action or a route. */
export async function giveSession(session: Session): Promise<void> {
  const { name, options } = sessionCookie();
  const jar = await cookies();
  jar.set(name, await sealSession(session), options);
}

/** Takes the session's cookie from the browser; ending the session itself is `signOut`'s. Only inside a server action. */
export async function takeSession(): Promise<void> {
  const { name } = sessionCookie();
  await setFor(name, "", 0);
}

const SIGN_UP_COOKIE = "stint_sign_up";
const WANTED_PLAN_COOKIE = "stint_wanted_plan";
const PENDING_COOKIE = "stint_second_factor";

/** Lets this browser prove later that it asked for the account. Only inside a server action. */
export async function rememberSignUp(signUpId: string): Promise<void> {
  await setFor(SIGN_UP_COOKIE, signUpId, DAY_MS);
}

/** The sign-up that this browser asked for last, or null. */
export async function rememberedSignUp(): Promise<string | null> {
  const jar = await cookies();
  return jar.get(SIGN_UP_COOKIE)?.value ?? null;
}

/** Lets this browser come to the plan that it signed up for, once it has a workspace; null: none. Only inside a server action. */
export async function rememberWantedPlan(plan: string | null): Promise<void> {
  await setFor(WANTED_PLAN_COOKIE, plan ?? "", plan === null ? 0 : DAY_MS);
}

/** The plan that this browser wanted when it signed up, as it was written: anybody may have. Null: none. */
export async function wantedPlan(): Promise<string | null> {
  const jar = await cookies();
  return jar.get(WANTED_PLAN_COOKIE)?.value ?? null;
}

/** Remembers that this browser's first factor was right. Only inside a server action or a route. */
export async function rememberPendingSignIn(pending: PendingSignIn): Promise<void> {
  await setFor(PENDING_COOKIE, await sealPending(pending), PENDING_MS);
}

/** Whose second factor this browser is asked for, or null. */
export async function pendingSignIn(): Promise<PendingSignIn | null> {
  const jar = await cookies();
  return openPending(jar.get(PENDING_COOKIE)?.value);
}

/** Forgets it, when the second factor was right. Only inside a server action. */
export async function forgetPendingSignIn(): Promise<void> {
  await setFor(PENDING_COOKIE, "", 0);
}

async function setFor(name: string, value: string, forMs: number): Promise<void> {
  const jar = await cookies();
  jar.set(name, value, { ...sessionCookie().options, maxAge: forMs / SECOND_MS });
}
