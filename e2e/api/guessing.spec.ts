/** Ten thousand wrong keys and a thousand wrong passwords from one address: refused, without growing, and nobody else is kept out. */
import { randomInt } from "node:crypto";
import { expect, test } from "@playwright/test";
import { newKeySecret } from "../../lib/keys/secret";
import { hashPassword } from "../../lib/users/password";
import { startWebProcess, type WebProcess } from "../fixtures/web-process";
import { makeWorkspace, owner, retireTestPlans, type Workspace } from "../fixtures/workspace";
import { listBuiltActions } from "./isolation-doors";

const KEYS = 10_000;
const PASSWORDS = 1_000;
const AT_ONCE = 32;
const METRICS_TOKEN = "metrics-token-of-this-test";
const PASSWORD = "the heron waits by the lock";
/** Documentation addresses, other ones in each run: limits of an earlier one must not count here. */
const ATTACKER = `198.51.100.${randomInt(1, 255)}`;
const OWNER = `203.0.113.${randomInt(1, 255)}`;
let web: WebProcess;
let workspace: Workspace;

test.beforeAll(async () => {
  // Behind one proxy, which says where a request comes from.
  web = await startWebProcess(() => ({ TRUSTED_PROXY_HOPS: "1", METRICS_TOKEN }));
  workspace = await makeWorkspace();
  await retireTestPlans();
  await owner().query("UPDATE tenant SET plan_id = 'pro' WHERE id = $1", [workspace.tenantId]);
  await owner().query("UPDATE user_account SET password_hash = $2 WHERE id = $1", [workspace.userId, await hashPassword(PASSWORD)]);
});
test.afterAll(() => web.stop());

const ask = (from: string, secret: string) => fetch(`${web.url}/api/v1/me`, { headers: { authorization: `Bearer ${secret}`, "x-forwarded-for": from } });

async function redis(...command: string[]): Promise<unknown> {
  const response = await fetch(process.env.STINT_TEST_REDIS_URL ?? "", { method: "POST", headers: { authorization: `Bearer ${process.env.STINT_TEST_REDIS_TOKEN}` }, body: JSON.stringify(command) });
  return ((await response.json()) as { result: unknown }).result;
}

/** What the process and the stores behind it hold. */
async function sizes(): Promise<{ residentMb: number; redisKeys: number; rows: number }> {
  const text = await (await fetch(`${web.url}/api/metrics`, { headers: { authorization: `Bearer ${METRICS_TOKEN}` } })).text();
  const resident = Number(/^process_resident_memory_bytes (\S+)/m.exec(text)?.[1]);
  const { rows } = await owner().query<{ n: number }>(
    "SELECT (SELECT count(*) FROM sign_in_guard) + (SELECT count(*) FROM mailed_link) + (SELECT count(*) FROM account_event) + (SELECT count(*) FROM user_session) AS n");
  return { residentMb: resident / 2 ** 20, redisKeys: Number(await redis("DBSIZE")), rows: rows[0]?.n ?? 0 };
}

/** Runs `work` this often, `AT_ONCE` at a time. */
async function repeatTimes(times: number, work: () => Promise<void>): Promise<void> {
  let left = times;
  await Promise.all(Array.from({ length: AT_ONCE }, async () => {
    while (left-- > 0) await work();
  }));
}

function expectRefused(response: Response, policy: string): void {
  expect(response.headers.get("retry-after")).toMatch(/^[1-9]\d{0,3}$/);
  expect(response.headers.get("ratelimit-policy")).toContain(`"${policy}";q=`);
  expect(response.headers.get("ratelimit")).toMatch(new RegExp(`"${policy}";r=0;t=\\d+`));
}

test("wrong keys", async () => {
  test.setTimeout(600_000);
  await repeatTimes(200, async () => void (await (await ask(ATTACKER, newKeySecret())).text()));
  const before = await sizes();
  const began = Date.now();
  const seen = new Map<number, number>();
  await repeatTimes(KEYS, async () => {
    const response = await ask(ATTACKER, newKeySecret());
    seen.set(response.status, (seen.get(response.status) ?? 0) + 1);
    if (response.status === 429) expectRefused(response, "anonymous");
    expect(((await response.json()) as { error: { code: string } }).error.code).toBe(response.status === 429 ? "rate_limited" : "unauthorized");
  });
  expect([...seen.keys()].sort()).toEqual([401, 429]);
  // What the limit of 120 a minute lets through, and not one more.
  expect(seen.get(401) ?? 0).toBeLessThanOrEqual(Math.ceil(((Date.now() - began) / 60_000) * 120) + 2);
  const after = await sizes();
  expect(after.redisKeys - before.redisKeys).toBeLessThanOrEqual(2);
  expect(after.rows).toBe(before.rows);
  // What is garbage goes when the process finds the time; what is kept for each key stays.
  await expect.poll(async () => (await sizes()).residentMb, { timeout: 30_000 }).toBeLessThan(before.residentMb * 2);
  // The owner's key works from elsewhere, and once the edge knows it, from the very same address.
  expect((await ask(OWNER, workspace.secret)).status).toBe(200);
  expect((await ask(ATTACKER, workspace.secret)).status).toBe(200);
});

test("wrong passwords", async () => {
  test.setTimeout(300_000);
  const action = listBuiltActions().find(({ name }) => name === "signInAction");
  const signIn = (from: string, password: string): Promise<Response> => {
    const form = new FormData();
    form.append("_1_email", workspace.email);
    form.append("_1_password", password);
    form.append("0", '[{"status":"idle"},"$K1"]');
    return fetch(`${web.url}/sign-in`, { method: "POST", redirect: "manual", headers: { "next-action": action?.id ?? "", accept: "text/x-component", origin: web.url, "x-forwarded-for": from }, body: form });
  };
  const before = await sizes();
  let looked = 0;
  let told = 0;
  let turnedAway = 0;
  await repeatTimes(PASSWORDS, async () => {
    const response = await signIn(ATTACKER, "not the password");
    const text = await response.text();
    if (response.status === 429) {
      turnedAway += 1;
      expect(response.headers.get("retry-after")).toMatch(/^[1-9]\d{0,3}$/);
    } else if (text.includes("do not belong together")) looked += 1;
    else {
      expect(text).toMatch(/Too many (attempts|wrong passwords)/);
      told += 1;
    }
  });
  // Five are looked at; then it is locked, and the limits of the address come before the lock is even asked.
  expect(looked).toBe(5);
  expect(looked + told + turnedAway).toBe(PASSWORDS);
  const after = await sizes();
  expect(after.redisKeys - before.redisKeys).toBeLessThanOrEqual(6);
  // Two subjects that are guarded, one mail that unlocks, five entries in the account's log.
  expect(after.rows - before.rows).toBeLessThanOrEqual(8);
  const { rows } = await owner().query<{ n: number }>("SELECT count(*)::int AS n FROM mailed_link WHERE email = $1", [workspace.email]);
  expect(rows).toEqual([{ n: 1 }]);
  // The owner is where they always are, and gets in.
  expect((await signIn(OWNER, PASSWORD)).headers.get("x-action-redirect")).toContain(`/t/${workspace.slug}`);
});
