/** What is taken away is gone on every web process within a second, with Redis and without it. */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createServer, connect, type Server, type Socket } from "node:net";
import { expect, test } from "@playwright/test";
import { findFreePort } from "../../scripts/start/ports";
import { PROJECT_FOLDER } from "../../scripts/start/home";
import { loadSecrets } from "../../scripts/start/secrets";
import { isolatedEnvironment, TEST_DIST_FOLDER } from "../../scripts/test/isolated-environment";
import { makeUser, sessionCookieOf } from "../fixtures/session";
import { until } from "../fixtures/until";
import { makeKey, makeWorkspace, owner, retireTestPlans, type Workspace } from "../fixtures/workspace";
import { listBuiltActions, postAction } from "./isolation-doors";

const WITHIN_MS = 1_000;
type Process = { url: string; child: ChildProcess };
const processes: Process[] = [];
const sockets = new Set<Socket>();
let road: Server;
let workspace: Workspace;

/** Two web processes, one for each mount of the API, that share PostgreSQL, and Redis over a road that can be closed. */
test.beforeAll(async () => {
  const redis = new URL(process.env.STINT_TEST_REDIS_URL ?? "");
  road = createServer((near) => {
    const far = connect(Number(redis.port), redis.hostname);
    for (const one of [near, far]) {
      sockets.add(one);
      one.on("error", () => one.destroy()).on("close", () => { near.destroy(); far.destroy(); sockets.delete(one); });
    }
    near.pipe(far).pipe(near);
  });
  await once(road.listen(0, "127.0.0.1"), "listening");
  const address = road.address();
  const secrets = loadSecrets(process.env.STINT_TEST_HOME ?? "");
  for (let made = 0; made < 2; made++) {
    const port = await findFreePort();
    const url = `http://localhost:${port}`;
    const child = spawn(process.execPath, ["--import", "tsx", "scripts/server.ts"], {
      cwd: PROJECT_FOLDER, stdio: ["pipe", "ignore", "inherit"],
      env: {
        ...isolatedEnvironment(process.env), NODE_ENV: "production", NEXT_DIST_DIR: TEST_DIST_FOLDER, PORT: String(port), APP_URL: url, STINT_PARENT_PIPE: "1", LOG_LEVEL: "fatal",
        AUTH_SECRET: secrets.auth_secret, SECRETS_KEYS: secrets.secrets_key, DATABASE_URL: process.env.STINT_TEST_DATABASE_URL, UPSTASH_REDIS_REST_TOKEN: process.env.STINT_TEST_REDIS_TOKEN,
        UPSTASH_REDIS_REST_URL: `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`, MODEL_BASE_URL: `${process.env.STINT_TEST_MODEL_URL}/v1`,
        MODEL_API_KEY: process.env.STINT_TEST_MODEL_KEY, SMTP_URL: "smtp://127.0.0.1:9", API_MOUNT: made === 0 ? "direct" : "next",
      },
    });
    processes.push({ url, child });
    await until(() => fetch(`${url}/api/health`).then((response) => response.status, () => 0), (status) => status === 200, 60_000);
  }
  workspace = await makeWorkspace();
  await retireTestPlans();
  await owner().query("UPDATE tenant SET plan_id = 'pro' WHERE id = $1", [workspace.tenantId]);
});

test.afterAll(async () => {
  await owner().query("UPDATE tenant SET paused_at = NULL WHERE id = $1", [workspace.tenantId]);
  for (const { child } of processes) {
    const gone = once(child, "exit");
    child.stdin?.end();
    await gone;
  }
  for (const socket of sockets) socket.destroy();
  road.close();
});

const byKey = (secret: string) => ({ authorization: `Bearer ${secret}` });
const bySession = async (userId: string, version = 1) => ({ cookie: await sessionCookieOf(userId, version), "stint-tenant": workspace.slug });
const statusOf = async (one: Process, path: string, headers: Record<string, string>, body?: string): Promise<number> =>
  (await fetch(`${one.url}${path}`, { method: body ? "POST" : "GET", redirect: "manual", headers: { ...headers, origin: one.url, ...(body ? { "content-type": "application/json" } : {}) }, body })).status;

/** Both processes answer `before`; `change` is made; both answer `after` at every request that begins a second later, or sooner. */
async function expectGone(what: string, ask: (one: Process) => Promise<number>, before: number, change: () => Promise<unknown>, after: number): Promise<void> {
  for (const one of processes) expect(await ask(one), `${what}, before`).toBe(before);
  await change();
  const changedAt = performance.now();
  await Promise.all(processes.map((one) => until(() => ask(one), (status) => status === after, 3 * WITHIN_MS)));
  expect(performance.now() - changedAt, what).toBeLessThan(WITHIN_MS);
  for (const one of processes) expect(await ask(one), `${what}, after`).toBe(after);
}

/** What the owner does on the team's page of the first process. */
async function actOnTeam(name: string, fields: Record<string, string>): Promise<void> {
  const [first, action] = [processes[0], listBuiltActions().find((one) => one.name === name)];
  if (!first || !action) throw new Error(`${name} cannot be called`);
  const headers = { ...(await bySession(workspace.userId)), origin: first.url };
  expect(await (await postAction(`${first.url}/t/${workspace.slug}/team`, action.id, headers, { tenant: workspace.slug, ...fields })).text()).toContain('"status":"done"');
}

for (const redis of ["up", "stopped"]) {
  test(`with Redis ${redis}`, async () => {
    if (redis === "stopped") {
      road.close();
      for (const socket of sockets) socket.destroy();
      const first = processes[0];
      if (!first) throw new Error("there are two");
      // It notices before the clock runs: how long noticing may take is another suite's subject.
      await until(async () => (await (await fetch(`${first.url}/api/ready`)).json() as { status: string }).status, (status) => status === "degraded", 15_000);
    }
    const key = await makeKey(workspace);
    await expectGone("a revoked key", (one) => statusOf(one, "/api/v1/agents", byKey(key.secret)), 200, () => fetch(`${processes[0]?.url}/api/v1/keys/${key.keyId}`, { method: "DELETE", headers: byKey(workspace.secret) }), 401);

    const member = await makeUser({ workspace, role: "admin" });
    const session = await bySession(member);
    await expectGone("a lower role", (one) => statusOf(one, "/api/v1/keys", session), 200, () => actOnTeam("changeRoleAction", { member, role: "viewer" }), 403);
    await expectGone("a membership that ended", (one) => statusOf(one, "/api/v1/agents", session), 200, () => actOnTeam("removeMemberAction", { member }), 401);

    const other = await makeUser({ workspace, role: "developer" });
    const cookie = await bySession(other);
    await expectGone("a page after signing out everywhere", (one) => statusOf(one, `/t/${workspace.slug}/agents`, cookie), 200, () => owner().query("UPDATE user_account SET session_version = 2 WHERE id = $1", [other]), 307);
    await expectGone("the API after signing out everywhere", (one) => statusOf(one, "/api/v1/agents", cookie), 401, () => Promise.resolve(), 401);

    const run = JSON.stringify({ agent: workspace.agentId, input: "One sentence stands here." });
    await expectGone("a suspension", (one) => statusOf(one, "/api/v1/runs", byKey(workspace.secret), run), 201, () => owner().query("UPDATE tenant SET paused_at = now() WHERE id = $1", [workspace.tenantId]), 402);
    await owner().query("UPDATE tenant SET paused_at = NULL WHERE id = $1", [workspace.tenantId]);
  });
}
