import type { AuthOptions } from "next-auth";
import { edgeEnv } from "@/lib/platform/env";

/**
 * next-auth speaks to accounts elsewhere and nothing more: however somebody signs in, the session is opened and sealed by
 * our own doors (lib/http/session.ts), so next-auth knows of none.
 */
export function authOptions(): AuthOptions {
  return {
    secret: edgeEnv().AUTH_SECRET,
    session: { strategy: "jwt" },
    providers: [],
    pages: { signIn: "/sign-in", error: "/sign-in" },
  };
}
