/**
 * Secrets planted where people and programs give them, and then looked for in everything that left the processes: logs,
 * answers, Redis, the queue, the audit log, the database as a whole, mails.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createHash } from "node:crypto";
import { Secret, TOTP } from "otpauth";
import { expect, test, type Page } from "@playwright/test";
import { newKeySecret } from "../../lib/keys/secret";
import { owner, retireTestPlans } from "../fixtures/workspace";
import { AccountPages, readLink, readSignUpLink } from "../pages/account-pages";
import { SecurityPages } from "../pages/security-pages";
import { BASE } from "./client";

const word = (what: string): string => `canary ${what} ${crypto.randomUUID()}`;
const person = { name: "Dana Fleet", email: `dana-${Date.now().toString(36)}@test.example`, password: word("first password") };
/** What nothing may ever show or keep in the clear, by what it is. */
const secrets = new Map<string, string>();
/** What a customer's run is about: theirs, kept for them, and nobody's in a log. */
const contents = new Map<string, string>();
const answers: string[] = [];
const plant = (what: string, value: string): string => {
  expect(value.length, what).toBeGreaterThan(15);
  secrets.set(what, value);
  return value;
};

test.beforeAll(retireTestPlans);

async function call(path: string, secret: string, init: { method?: string; body?: unknown; headers?: Record<string, string> } = {}): Promise<{ status: number; body: Record<string, unknown> }> {
  const response = await fetch(`${BASE}${path}`, {
    method: init.method ?? "GET", headers: { authorization: `Bearer ${secret}`, ...(init.body ? { "content-type": "application/json" } : {}), ...init.headers }, body: init.body ? JSON.stringify(init.body) : undefined,
  });
  const text = await response.text();
  return { status: response.status, body: JSON.parse(text) as Record<string, unknown> };
}

const tokenOf = (link: string): string => new URL(link).searchParams.get("token") ?? "";

async function live(page: Page): Promise<void> {
  const account = new AccountPages(page);
  plant("the first password", person.password);
  await page.goto("/sign-up");
  await account.fillSignUp(person);
  const welcome = await readSignUpLink(person.email);
  plant("the token of the sign-up", tokenOf(welcome));
  const slug = await account.createWorkspace(welcome, `Dana ${person.email.slice(5, 14)}`);
  await account.signOut();
  await account.signIn(person.email, plant("a wrong password", word("wrong password")));
  await expect(account.problem()).toContainText("do not belong together");
  await page.goto("/reset-password");
  await page.getByLabel("E-mail").fill(person.email);
  await page.getByRole("button", { name: "Mail me a link" }).click();
  const reset = await readLink(person.email, "/reset-password", "Choose a new password");
  plant("the token of the reset", tokenOf(reset));
  await page.goto(reset);
  const password = plant("the second password", word("second password"));
  await page.getByLabel("New password").fill(password);
  await page.getByRole("button", { name: "Save and sign in" }).click();
  await expect(page).toHaveURL(new RegExp(`/t/${slug}$`));
  await liveWithTwoFactor(page, password);
  const cookie = (await page.context().cookies()).find(({ name }) => name === "stint.session");
  plant("the session's cookie", cookie?.value ?? "");
  await liveWithKeys(page, slug);
}

async function liveWithTwoFactor(page: Page, password: string): Promise<void> {
  const security = new SecurityPages(page);
  await security.open();
  const { secret, codes } = await security.setUpTwoFactor(password, (made) => new TOTP({ secret: Secret.fromBase32(made) }).generate());
  plant("the authenticator's secret", secret);
  for (const [at, code] of codes.entries()) {
    plant(`recovery code ${at}`, code);
    plant(`recovery code ${at} without hyphens`, code.replaceAll("-", ""));
  }
}

async function liveWithKeys(page: Page, slug: string): Promise<void> {
  const headers = { cookie: `stint.session=${secrets.get("the session's cookie")}`, "stint-tenant": slug, origin: BASE, "content-type": "application/json" };
  const made = await fetch(`${BASE}/api/v1/keys`, { method: "POST", headers, body: JSON.stringify({ name: "Canary", scopes: ["runs:write", "runs:read", "agents:write", "agents:read", "keys:write", "keys:read", "audit:read", "usage:read", "webhooks:read", "webhooks:write"] }) });
  expect(made.status).toBe(201);
  const { id, secret } = (await made.json()) as { id: string; secret: string };
  plant("an API key", secret);
  const rotated = await call(`/api/v1/keys/${id}/rotate`, secret, { method: "POST", body: { grace_minutes: 60 } });
  plant("a rotated API key", String(rotated.body.secret));
  expect((await call("/api/v1/me", plant("a key that nobody has", newKeySecret()))).status).toBe(401);
  expect((await call("/api/v1/me", plant("something that is no key", word("no key").replaceAll(" ", "-")))).status).toBe(401);
  await call("/api/v1/agents", secret, { method: "POST", body: { name: "Canary", slug: "canary", model: "stint-extract-1", instructions: word("instructions") } });
  const hook = await call("/api/v1/webhook_endpoints", secret, { method: "POST", body: { url: "https://hooks.test.example/" }, headers: { "idempotency-key": "canary-hook" } });
  plant("a webhook's secret", String(hook.body.secret));
  const turned = await call(`/api/v1/webhook_endpoints/${String(hook.body.id)}/rotate_secret`, secret, { method: "POST", headers: { "idempotency-key": "canary-rotate" } });
  plant("a webhook's rotated secret", String(turned.body.secret));
  const input = `${word("input")}. Nothing else stands here.`;
  contents.set("a run's input", input.slice(0, 50));
  const run = await call("/api/v1/runs", secret, { method: "POST", body: { agent: "canary", input, wait: true }, headers: { "idempotency-key": "canary-run" } });
  expect(run.body.status).toBe("succeeded");
  // An error that nobody expected, with everything that a request can carry.
  const body = { agent: "canary", input };
  const hash = createHash("sha256").update(`POST /api/v1/runs\n${JSON.stringify(body)}`).digest();
  const { rows } = await owner().query<{ tenant_id: string }>("SELECT tenant_id FROM api_key WHERE id = $1", [id]);
  await owner().query("INSERT INTO idempotency_key (tenant_id, principal_id, key, request_hash, status, body) VALUES ($1, $2, 'damaged', $3, 201, '{')", [rows[0]?.tenant_id, id, hash]);
  const broken = await call("/api/v1/runs", secret, { method: "POST", body, headers: { "idempotency-key": "damaged", "x-note": plant("a header", word("header").replaceAll(" ", "-")), cookie: `other=${plant("a cookie", crypto.randomUUID())}` } });
  expect(broken.status).toBe(500);
  answers.push(JSON.stringify(broken.body));
  for (const path of ["/api/v1/me", "/api/v1/keys", `/api/v1/keys/${id}`, "/api/v1/audit?limit=100", "/api/v1/agents", "/api/v1/webhook_endpoints", `/api/v1/webhook_endpoints/${String(hook.body.id)}`]) answers.push(JSON.stringify((await call(path, secret)).body));
  for (const path of ["/account", "/account/security", `/t/${slug}/keys`, `/t/${slug}/webhooks`, `/t/${slug}/audit`]) answers.push(await (await page.request.get(path)).text());
  answers.push(await (await fetch(`${BASE}/api/metrics`, { headers: { authorization: `Bearer ${process.env.STINT_TEST_METRICS_TOKEN}` } })).text());
}

function expectNone(text: string, planted: ReadonlyMap<string, string>, where: string): void {
  for (const [what, value] of planted) {
    for (const form of new Set([value, encodeURIComponent(value), Buffer.from(value).toString("base64")])) if (text.includes(form)) throw new Error(`${what} stands in ${where}`);
  }
}

async function wholeDatabase(): Promise<Map<string, string>> {
  const { rows: tables } = await owner().query<{ name: string }>("SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables WHERE schemaname IN ('public', 'pgboss')");
  const found = new Map<string, string>();
  for (const { name } of tables) {
    const { rows } = await owner().query<{ text: string | null }>(`SELECT string_agg(t::text, E'\n') AS text FROM ${name} t`);
    found.set(name, rows[0]?.text ?? "");
  }
  return found;
}

async function wholeRedis(): Promise<string> {
  const ask = async (...command: string[]): Promise<unknown> => {
    const response = await fetch(process.env.STINT_TEST_REDIS_URL ?? "", { method: "POST", headers: { authorization: `Bearer ${process.env.STINT_TEST_REDIS_TOKEN}` }, body: JSON.stringify(command) });
    return ((await response.json()) as { result: unknown }).result;
  };
  const keys = (await ask("KEYS", "*")) as string[];
  const values = await Promise.all(keys.map(async (key) => (await ask("TYPE", key)) === "string" ? ask("GET", key) : ask("HGETALL", key)));
  return JSON.stringify([keys, values]);
}

test("no secret is anywhere but with whom it belongs to", async ({ page }) => {
  test.setTimeout(180_000);
  await live(page);
  expect(secrets.size).toBeGreaterThan(30);
  // What is looked through holds what it should: the search itself works.
  const logs = join(process.env.STINT_TEST_HOME ?? "", "logs");
  const logText = readdirSync(logs).map((file) => readFileSync(join(logs, file), "utf8")).join("\n");
  expect(logText).toContain("unexpected error");
  expectNone(logText, secrets, "the logs");
  expectNone(logText, contents, "the logs");
  for (const answer of answers) expectNone(answer, secrets, `an answer: ${answer.slice(0, 80)}`);
  const redis = await wholeRedis();
  expect(redis).toContain("rate:");
  expectNone(redis, secrets, "Redis");
  expectNone(redis, contents, "Redis");
  const database = await wholeDatabase();
  expect(database.get("public.user_account")).toContain(person.email);
  for (const [table, text] of database) {
    expectNone(text, secrets, table);
    if (!["public.run", "public.step", "public.run_event", "public.idempotency_key"].includes(table)) expectNone(text, contents, table);
  }
  expect(database.get("public.run")).toContain(contents.get("a run's input"));
  const mails = await (await fetch(`${process.env.STINT_TEST_MAIL_URL}/api/messages?to=${encodeURIComponent(person.email)}`)).text();
  // A mailed link is what its mail is for.
  expectNone(mails, new Map([...secrets].filter(([what]) => !what.startsWith("the token of"))), "a mail");
});
