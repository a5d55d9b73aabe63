import { cookies } from "next/headers";
import { DAY_MS } from "@/lib/core/time";
import { openSession, sealSession, sessionCookie, type Session } from "@/lib/http/session";

/** The session of the request that is being rendered or acted on, or null. PostgreSQL still has to confirm it. */
export async function currentSession(): Promise<Session | null> {
  const jar = await cookies();
  return openSession(jar.get(sessionCookie().name)?.value);
}

/** Signs the browser in. Only inside a server action. */
export async function startSession(user: { id: string; sessionVersion: number }): Promise<void> {
  const { name, options } = sessionCookie();
  const jar = await cookies();
  jar.set(name, await sealSession({ userId: user.id, sessionVersion: user.sessionVersion }), options);
}

const SIGN_UP_COOKIE = "stint_sign_up";

/** Lets this browser prove later that it asked for the account. Only inside a server action. */
export async function rememberSignUp(signUpId: string): Promise<void> {
  const { options } = sessionCookie();
  const jar = await cookies();
  jar.set(SIGN_UP_COOKIE, signUpId, { ...options, maxAge: DAY_MS / 1000 });
}

/** The sign-up that this browser asked for last, or null. */
export async function rememberedSignUp(): Promise<string | null> {
  const jar = await cookies();
  return jar.get(SIGN_UP_COOKIE)?.value ?? null;
}

/** Signs this browser out. Only inside a server action. */
export async function endSession(): Promise<void> {
  const { name, options } = sessionCookie();
  const jar = await cookies();
  jar.set(name, "", { ...options, maxAge: 0 });
}
