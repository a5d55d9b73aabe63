/** Several web processes behind one port: one that dies, all that stop, and a primary that is killed. */
import { readFileSync } from "node:fs";
import { expect, test } from "@playwright/test";
import { findListener } from "@/scripts/start/port-holder";
import { childrenOf } from "../fixtures/processes";
import { startWebProcess, type WebProcess } from "../fixtures/web-process";
import { until } from "../fixtures/until";
import { makeWorkspace, owner, queueRuns, readCounter, type Workspace } from "../fixtures/workspace";

let web: WebProcess;
let one: Workspace;

test.beforeEach(async () => {
  one = await makeWorkspace({ apiCalls: 300 });
  web = await startWebProcess(() => ({ WEB_PROCESSES: "2", METRICS_TOKEN: process.env.STINT_TEST_METRICS_TOKEN ?? "" }));
  await expect.poll(() => childrenOf(web.pid).length, { timeout: 20_000 }).toBe(2);
});
test.afterEach(() => web.stop());

const ask = (path: string, headers: Record<string, string> = {}) => fetch(`${web.url}${path}`, { headers: { authorization: `Bearer ${one.secret}`, connection: "close", ...headers } });
const statusOf = (path: string) => ask(path).then((response) => response.status, () => 0);

test("both answer, count together, and tell their metrics together", async () => {
  // From here on both know the key; until then it has a stranger's limits. Free, so it is not among those counted.
  for (let n = 0; n < 8; n++) expect(await statusOf("/api/v1/me")).toBe(200);
  // The others' share of this many cannot be nothing.
  const statuses = await Promise.all(Array.from({ length: 400 }, async () => {
    for (;;) {
      const status = await statusOf("/api/v1/agents");
      // A busy machine may have let a process forget the key, or a question wait too long: neither was counted.
      if (status !== 429 && status !== 503) return status;
    }
  }));
  expect([statuses.filter((status) => status === 200).length, statuses.filter((status) => status === 402).length]).toEqual([300, 100]);
  expect((await readCounter(one)).calls).toBe(300);
  const text = await (await ask("/api/metrics", { authorization: `Bearer ${process.env.STINT_TEST_METRICS_TOKEN}` })).text();
  const counted = Array.from(text.matchAll(/^stint_http_requests_total\{[^}]*route="\/v1\/agents"[^}]*status="(?:200|402)"[^}]*\} (\d+)/gm), (match) => Number(match[1])).reduce((sum, count) => sum + count, 0);
  expect(counted).toBe(400);
});

test("of ten thousand calls on two workspaces with caps of a thousand, exactly a thousand each are answered", async () => {
  // Ten thousand requests of one client take a busy machine longer than a test usually may.
  test.setTimeout(240_000);
  const both = await Promise.all([1, 2].map(() => makeWorkspace({ apiCalls: 1_000, requestsPerMinute: 1_000_000 })));
  const calls = Array.from({ length: 10_000 }, (_, n) => both[n % 2]?.secret ?? "");
  const statuses = new Map<string, number[]>(both.map(({ secret }) => [secret, []]));
  // Connections are kept, and the two processes take them in turn.
  await Promise.all(Array.from({ length: 64 }, async () => {
    for (let secret = calls.pop(); secret !== undefined; secret = calls.pop()) {
      const response = await fetch(`${web.url}/api/v1/agents`, { headers: { authorization: `Bearer ${secret}` } });
      await response.arrayBuffer();
      // A key that a process does not know yet has a stranger's limits; whoever is refused by those asks again.
      if (response.status === 429) calls.push(secret);
      else statuses.get(secret)?.push(response.status);
    }
  }));
  for (const { secret } of both) {
    const mine = statuses.get(secret) ?? [];
    expect([mine.filter((status) => status === 200).length, mine.filter((status) => status === 402).length]).toEqual([1_000, 4_000]);
  }
  for (const workspace of both) expect((await readCounter(workspace)).calls).toBe(1_000);
  const { rows } = await owner().query<{ calls: number }>("SELECT tenant_id, sum(quantity)::int AS calls FROM ledger WHERE tenant_id = ANY ($1) AND meter = 'api_calls' GROUP BY 1", [both.map(({ tenantId }) => tenantId)]);
  expect(rows.map(({ calls: counted }) => counted)).toEqual([1_000, 1_000]);
});

test("one that is killed is replaced, and meanwhile the other answers", async () => {
  const [first = Number.NaN, second] = childrenOf(web.pid);
  process.kill(first, "SIGKILL");
  await expect.poll(() => childrenOf(web.pid).filter((pid) => pid !== first && pid !== second).length, { timeout: 20_000 }).toBe(1);
  for (let n = 0; n < 20; n++) expect(await statusOf("/api/v1/me")).toBe(200);
});

test("told to stop, all end their streams and what is under way, and leave", async () => {
  const [run = ""] = await queueRuns(await paused(), 1);
  const streams = await Promise.all([1, 2, 3, 4].map(() => ask(`/api/v1/runs/${run}/events`)));
  expect(streams.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
  process.kill(web.pid, "SIGTERM");
  // Each ends as a whole answer, not as a broken connection.
  const texts = await Promise.all(streams.map((response) => response.text()));
  for (const text of texts) expect(text).toContain("retry: 1000");
  expect(await web.exited).toBe(0);
  expect(findListener(Number(new URL(web.url).port))).toBeFalsy();
});

test("kill -9 of the primary leaves nobody on the port", async () => {
  const children = childrenOf(web.pid);
  process.kill(web.pid, "SIGKILL");
  await web.exited;
  await until(() => children.filter(isAlive), (left) => left.length === 0, 10_000);
  expect(findListener(Number(new URL(web.url).port))).toBeFalsy();
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return false;
  }
}

/** The workspace, with nothing that executes what it queues. */
async function paused(): Promise<Workspace> {
  await owner().query("UPDATE tenant SET paused_at = now() WHERE id = $1", [one.tenantId]);
  return one;
}
