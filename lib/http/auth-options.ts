import type { AuthOptions, LoggerInstance } from "next-auth";
import { MINUTE_MS, SECOND_MS } from "@/lib/core/time";
import { edgeEnv } from "@/lib/platform/env";
import { log } from "@/lib/platform/log";
import type { OtherAccount } from "@/lib/users/identities";
import { emailSchema, type Provider } from "@/lib/users/schema";
import { sessionCookie } from "@/lib/http/session";
import { authProviderOf } from "@/lib/http/sign-in-providers";

/** How long somebody may stay at the provider. */
export const HANDSHAKE_MS = 15 * MINUTE_MS;

/**
 * next-auth speaks to accounts elsewhere and nothing more: however somebody signs in, the session is opened and sealed by
 * our own doors (lib/http/sign-in.ts), so next-auth knows of none. It neither opens nor makes one: a session of ours is
 * sealed with the same secret, and its own routes would read it and give it another thirty days.
 */
export function authOptions(): AuthOptions {
  return {
    secret: edgeEnv().AUTH_SECRET,
    session: { strategy: "jwt" },
    jwt: { decode: () => Promise.resolve(null), encode: () => Promise.reject(new Error("next-auth makes no session")) },
    providers: [],
    pages: { signIn: "/sign-in", error: "/sign-in" },
    callbacks: { redirect: () => edgeEnv().APP_URL },
  };
}

/** Names and attributes of what next-auth keeps in the browser during a handshake: like the session's cookie, but short-lived. */
export function handshakeCookies() {
  return { state: handshakeCookie("state"), pkceCodeVerifier: handshakeCookie("verifier"), nonce: handshakeCookie("nonce") };
}

/** A cookie that lasts as long as a handshake. With the prefix that keeps a neighbouring subdomain from planting one. */
export function handshakeCookie(name: string) {
  const { options } = sessionCookie();
  return { name: `${options.secure ? "__Host-" : ""}stint.handshake.${name}`, options: { ...options, maxAge: HANDSHAKE_MS / SECOND_MS } };
}

/** Options of a handshake with one provider. `arrived` is told who came back once state, PKCE and nonce were right; it says where the browser goes. */
export function handshakeOptions(provider: Provider, arrived: (account: OtherAccount) => Promise<string>): AuthOptions {
  return {
    ...authOptions(),
    cookies: handshakeCookies(),
    providers: [authProviderOf(provider)],
    logger: quietLogger(provider),
    callbacks: {
      redirect: () => edgeEnv().APP_URL,
      signIn: ({ account, user }) => {
        if (!account) throw new Error("next-auth named no account");
        // The provider's profile has an address only if it is verified there.
        const email = emailSchema.safeParse(user.email);
        return arrived({ provider, accountId: account.providerAccountId, verifiedEmail: email.success ? email.data : null, name: user.name ?? "" });
      },
    },
  };
}

/** Logs what went wrong and no more: the objects that next-auth gives with it hold codes and tokens. */
function quietLogger(provider: Provider): Partial<LoggerInstance> {
  return {
    error: (code, metadata) => {
      const cause = metadata instanceof Error ? metadata : metadata.error;
      log().warn({ provider, code, reason: cause instanceof Error ? cause.message.slice(0, 300) : undefined }, "a sign-in with an account elsewhere failed");
    },
    warn: () => undefined,
    debug: () => undefined,
  };
}
