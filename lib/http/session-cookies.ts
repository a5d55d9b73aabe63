import { cookies } from "next/headers";
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

/** Signs this browser out. Only inside a server action. */
export async function endSession(): Promise<void> {
  const { name, options } = sessionCookie();
  const jar = await cookies();
  jar.set(name, "", { ...options, maxAge: 0 });
}
