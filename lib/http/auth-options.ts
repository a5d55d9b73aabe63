import type { AuthOptions } from "next-auth";
import { edgeEnv } from "@/lib/platform/env";
import { sessionCookie } from "@/lib/http/session";

/**
 * next-auth reads and ends sessions and will speak to GitHub and Google; sessions from a password or a mailed link are
 * sealed by our own actions (lib/http/session.ts) in the same format.
 */
export function authOptions(): AuthOptions {
  const { name, options } = sessionCookie();
  return {
    secret: edgeEnv().AUTH_SECRET,
    session: { strategy: "jwt" },
    providers: [],
    pages: { signIn: "/sign-in", error: "/sign-in" },
    cookies: { sessionToken: { name, options } },
  };
}
