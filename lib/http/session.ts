import { decode, encode } from "next-auth/jwt";
import { DAY_MS } from "@/lib/core/time";
import { edgeEnv } from "@/lib/platform/env";

/** Who a session cookie speaks for, and in which browser. The version ends it when the user signs out everywhere; PostgreSQL looks at both. */
export type Session = { userId: string; sessionVersion: number; sessionId: string };

const MAX_AGE_S = (30 * DAY_MS) / 1000;

/** The cookie's name and attributes. Secure, with the prefix that browsers enforce, wherever the origin is https. */
export function sessionCookie(): { name: string; options: { httpOnly: true; sameSite: "lax"; path: "/"; secure: boolean; maxAge: number } } {
  const secure = edgeEnv().APP_URL.startsWith("https://");
  return {
    name: secure ? "__Host-stint.session" : "stint.session",
    options: { httpOnly: true, sameSite: "lax", path: "/", secure, maxAge: MAX_AGE_S },
  };
}

/** Seals a session into a cookie value, as an encrypted next-auth JWT. */
export function sealSession(session: Session): Promise<string> {
  return encode({ token: { sub: session.userId, ver: session.sessionVersion, sid: session.sessionId }, secret: edgeEnv().AUTH_SECRET, maxAge: MAX_AGE_S });
}

/** Opens a cookie value; null when it is missing, forged, expired or of another installation. Runs on the edge. */
export async function openSession(cookie: string | undefined): Promise<Session | null> {
  if (!cookie) return null;
  try {
    const token = await decode({ token: cookie, secret: edgeEnv().AUTH_SECRET });
    if (!token || typeof token.sub !== "string" || typeof token.ver !== "number" || typeof token.sid !== "string") return null;
    return { userId: token.sub, sessionVersion: token.ver, sessionId: token.sid };
  } catch {
    // A cookie that cannot be opened is no session; what exactly is wrong with it is the sender's business.
    return null;
  }
}

/** The session cookie's value out of a `Cookie` header. */
export function readSessionCookie(headers: Headers): string | undefined {
  const { name } = sessionCookie();
  for (const part of (headers.get("cookie") ?? "").split(";")) {
    const [key, ...value] = part.trim().split("=");
    if (key === name) return value.join("=");
  }
  return undefined;
}
