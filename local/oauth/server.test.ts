/** The stand-in for GitHub and Google refuses what the real ones refuse. */
import { createHash, createPublicKey, verify, type JsonWebKey } from "node:crypto";
import type { Server } from "node:http";
import { afterAll, beforeAll, expect, test } from "vitest";
import { listen } from "../serve";
import { createOauthServer, type Person } from "./server";

const BACK = "http://localhost:3000/back";
const GITHUB = { id: "github-client", secret: "github-secret", redirectUri: BACK };
const GOOGLE = { id: "google-client", secret: "google-secret", redirectUri: BACK };
const ADA: Person = { id: 7, login: "ada", name: "Ada", email: "ada@test.example", verified: true };
const VERIFIER = "v".repeat(43);
const CHALLENGE = createHash("sha256").update(VERIFIER).digest("base64url");
let server: Server;
let base = "";
let skippedMs = 0;

beforeAll(async () => {
  server = createOauthServer({ url: () => base, github: GITHUB, google: GOOGLE, people: [ADA], now: () => Date.now() + skippedMs });
  base = `http://127.0.0.1:${(await listen(server, 0, "127.0.0.1")).port}`;
});
afterAll(() => {
  server.close();
  server.closeAllConnections();
});

type Changes = Record<string, string>;
const PLACES = { github: { authorize: "/login/oauth/authorize", token: "/login/oauth/access_token" }, google: { authorize: "/google/o/oauth2/v2/auth", token: "/google/token" } };
const clientOf = (provider: "github" | "google") => (provider === "github" ? GITHUB : GOOGLE);

function askForCode(provider: "github" | "google", changes: Changes = {}): Promise<Response> {
  const asked = { client_id: clientOf(provider).id, redirect_uri: BACK, response_type: "code", scope: "openid user:email", state: "s1", nonce: "n1", code_challenge: CHALLENGE, code_challenge_method: "S256", as: "ada", ...changes };
  return fetch(`${base}${PLACES[provider].authorize}?${new URLSearchParams(asked)}`, { redirect: "manual" });
}

async function codeFrom(provider: "github" | "google", changes: Changes = {}): Promise<string> {
  const back = new URL((await askForCode(provider, changes)).headers.get("location") ?? "");
  expect(`${back.origin}${back.pathname} ${back.searchParams.get("state")}`).toBe(`${BACK} s1`);
  return back.searchParams.get("code") ?? "";
}

async function exchange(provider: "github" | "google", code: string, changes: Changes = {}): Promise<Record<string, unknown>> {
  const { id, secret } = clientOf(provider);
  const form = { grant_type: "authorization_code", client_id: id, client_secret: secret, redirect_uri: BACK, code, code_verifier: VERIFIER, ...changes };
  const response = await fetch(`${base}${PLACES[provider].token}`, { method: "POST", body: new URLSearchParams(form) });
  return { status: response.status, ...await response.json() as object };
}

const api = async (path: string, token: unknown): Promise<unknown> => (await fetch(`${base}${path}`, { headers: { authorization: `Bearer ${String(token)}`, "user-agent": "test" } })).json();

test("GitHub tells who it is and which address is verified", async () => {
  const { access_token: token } = await exchange("github", await codeFrom("github"));
  expect(await api("/api/v3/user", token)).toMatchObject({ id: 7, login: "ada", name: "Ada" });
  expect(await api("/api/v3/user/emails", token)).toContainEqual({ email: ADA.email, primary: true, verified: true, visibility: "private" });
  expect(await api("/api/v3/user", "guessed")).toEqual({ message: "Bad credentials" });
});

test("GitHub lists no addresses without the scope for it", async () => {
  const { access_token: token } = await exchange("github", await codeFrom("github", { scope: "" }));
  expect(await api("/api/v3/user/emails", token)).toEqual({ message: "Not Found" });
});

test("Google signs who it is, for whom and the nonce", async () => {
  const { access_token: token, id_token: idToken } = await exchange("google", await codeFrom("google"));
  const [head = "", claims = "", signature = ""] = String(idToken).split(".");
  const { keys: [key] } = await api("/google/oauth2/v3/certs", token) as { keys: JsonWebKey[] };
  if (!key) throw new Error("no key");
  expect(verify("sha256", Buffer.from(`${head}.${claims}`), createPublicKey({ key, format: "jwk" }), Buffer.from(signature, "base64url"))).toBe(true);
  expect(JSON.parse(Buffer.from(claims, "base64url").toString())).toMatchObject({ iss: `${base}/google`, aud: GOOGLE.id, sub: "g-7", nonce: "n1", email: ADA.email, email_verified: true });
  expect(await api("/google/v1/userinfo", token)).toMatchObject({ sub: "g-7" });
});

for (const provider of ["github", "google"] as const) {
  test(`${provider}: an unknown client and an address that is not registered get no redirect`, async () => {
    const wrong: Changes[] = [{ client_id: "other" }, { redirect_uri: "https://elsewhere.example/" }];
    for (const changes of wrong) expect((await askForCode(provider, changes)).status).toBeGreaterThanOrEqual(400);
  });

  test(`${provider}: saying no leads back with the error`, async () => {
    expect((await askForCode(provider, { as: "" })).headers.get("location")).toContain("error=access_denied");
  });

  test(`${provider}: a code works once`, async () => {
    const code = await codeFrom(provider);
    expect(await exchange(provider, code)).toHaveProperty("access_token");
    expect(await exchange(provider, code)).toHaveProperty("error");
  });

  for (const [what, changes] of [["secret", { client_secret: "wrong" }], ["verifier", { code_verifier: "w".repeat(43) }], ["redirect address", { redirect_uri: "https://elsewhere.example/" }]] as const) {
    test(`${provider}: another ${what} gets no token`, async () => {
      expect(await exchange(provider, await codeFrom(provider), changes)).not.toHaveProperty("access_token");
    });
  }

  test(`${provider}: a code is too old after ten minutes, and one of the other provider is none`, async () => {
    const other = provider === "github" ? "google" : "github";
    expect(await exchange(provider, await codeFrom(other))).not.toHaveProperty("access_token");
    const code = await codeFrom(provider);
    skippedMs += 10 * 60_000 + 1;
    expect(await exchange(provider, code)).not.toHaveProperty("access_token");
  });
}
