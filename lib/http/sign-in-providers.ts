import type { Profile, TokenSet } from "next-auth";
import type { OAuthConfig } from "next-auth/providers/oauth";
import { z } from "zod";
import { env } from "@/lib/platform/env";
import { PROVIDERS, type Provider } from "@/lib/users/schema";

/** How long the provider may take for one answer. */
const TIMEOUT_MS = 5_000;

/** The providers that this installation is set up for. */
export function configuredProviders(): Provider[] {
  return PROVIDERS.filter((provider) => credentialsOf(provider) !== null);
}

/** What next-auth needs to know of a provider. A profile's `email` is one that the provider has verified, or none. */
export function authProviderOf(provider: Provider): OAuthConfig<Profile> {
  const credentials = credentialsOf(provider);
  if (!credentials) throw new Error(`${provider} is not configured`);
  return { ...(provider === "github" ? github(env().GITHUB_URL) : google(env().GOOGLE_ISSUER)), ...credentials, httpOptions: { timeout: TIMEOUT_MS } };
}

function credentialsOf(provider: Provider): { clientId: string; clientSecret: string } | null {
  const { GITHUB_CLIENT_ID, GITHUB_CLIENT_SECRET, GOOGLE_CLIENT_ID, GOOGLE_CLIENT_SECRET } = env();
  const [clientId, clientSecret] = provider === "github" ? [GITHUB_CLIENT_ID, GITHUB_CLIENT_SECRET] : [GOOGLE_CLIENT_ID, GOOGLE_CLIENT_SECRET];
  return clientId && clientSecret ? { clientId, clientSecret } : null;
}

const googleSchema = z.object({ sub: z.string().min(1), name: z.string().default(""), email: z.string().optional(), email_verified: z.boolean().default(false) });

/** Everything comes from the signed id token: who it is, for whom, the nonce, and whether the address is verified. */
function google(issuer: string): OAuthConfig<Profile> {
  return {
    id: "google", name: "Google", type: "oauth", idToken: true, checks: ["pkce", "state", "nonce"],
    wellKnown: `${withoutSlash(issuer)}/.well-known/openid-configuration`,
    authorization: { params: { scope: "openid email profile" } },
    profile: (claims) => {
      const { sub, name, email, email_verified: verified } = googleSchema.parse(claims);
      return { id: sub, name, email: verified ? email : null };
    },
  };
}

const githubSchema = z.object({ id: z.number().int().positive(), login: z.string(), name: z.string().nullish() });
const githubEmailsSchema = z.array(z.object({ email: z.string(), primary: z.boolean(), verified: z.boolean() }));

/** GitHub's profile says nothing of whether an address is verified; the list of addresses does. */
function github(url: string): OAuthConfig<Profile> {
  const site = withoutSlash(url);
  const api = site === "https://github.com" ? "https://api.github.com" : `${site}/api/v3`;
  return {
    id: "github", name: "GitHub", type: "oauth", checks: ["pkce", "state"], issuer: `${site}/login/oauth`,
    authorization: { url: `${site}/login/oauth/authorize`, params: { scope: "user:email" } },
    token: `${site}/login/oauth/access_token`,
    userinfo: {
      url: `${api}/user`,
      request: async ({ tokens }) => {
        const [user, emails] = await Promise.all([ask(`${api}/user`, tokens), ask(`${api}/user/emails`, tokens)]);
        const { id, login, name } = githubSchema.parse(user);
        return { sub: String(id), name: name || login, email: githubEmailsSchema.parse(emails).find(({ primary, verified }) => primary && verified)?.email };
      },
    },
    profile: ({ sub, name, email }) => ({ id: sub ?? "", name, email }),
  };
}

async function ask(url: string, tokens: TokenSet): Promise<unknown> {
  // A refused code is a 200 with an `error` in it and no token.
  if (!tokens.access_token) throw new Error("GitHub gave no token for the code");
  const headers = { authorization: `Bearer ${tokens.access_token}`, accept: "application/vnd.github+json", "user-agent": "Stint" };
  const response = await fetch(url, { headers, redirect: "error", cache: "no-store", signal: AbortSignal.timeout(TIMEOUT_MS) });
  if (!response.ok) throw new Error(`GitHub answered ${response.status} to ${new URL(url).pathname}`);
  return response.json();
}

function withoutSlash(url: string): string {
  return url.replace(/\/+$/, "");
}
