/** An error nobody expected, in the built application: it reaches the ingest endpoint with the request's id and without secrets. */
import { createHash, randomUUID } from "node:crypto";
import { createServer, type Server as HttpServer } from "node:http";
import type { AddressInfo } from "node:net";
import { gunzipSync } from "node:zlib";
import { expect, test } from "@playwright/test";
import { encode } from "next-auth/jwt";
import { freePort, startServer, type Server } from "../../bench/processes";
import { makeSession, makeWorkspace, owner } from "../fixtures/workspace";
import { until } from "../fixtures/until";
import { MOUNTS, type Mount } from "./mounts";

const SECRET = "the-auth-secret-of-this-test-0123456789";
const reports: string[] = [];
let ingest: HttpServer;
const webs = new Map<Mount, Server>();

test.beforeAll(async () => {
  ingest = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const body = Buffer.concat(chunks);
      const text = (request.headers["content-encoding"] === "gzip" ? gunzipSync(body) : body).toString("utf8");
      if (text.includes('"exception"')) reports.push(text);
      response.writeHead(200, { "content-type": "application/json" }).end("{}");
    });
  });
  await new Promise<void>((resolve) => ingest.listen(0, "127.0.0.1", resolve));
  // A server that listens on a port has an AddressInfo.
  const { port: ingestPort } = ingest.address() as AddressInfo;
  for (const mount of MOUNTS) webs.set(mount, await startWeb(mount, ingestPort));
});
test.afterAll(async () => {
  for (const web of webs.values()) await web.stop();
  ingest.close();
});

/** Another web process of the same build, on the same database. */
async function startWeb(mount: Mount, ingestPort: number): Promise<Server> {
  const port = await freePort();
  return startServer(["--import", "tsx", "scripts/server.ts"], {
    cwd: process.cwd(), port, path: "/api/ready",
    env: {
      PATH: process.env.PATH, HOME: process.env.HOME, NODE_ENV: "production", NEXT_DIST_DIR: ".next-test", NEXT_TELEMETRY_DISABLED: "1", LOG_LEVEL: "silent", APP_URL: `http://127.0.0.1:${port}`, AUTH_SECRET: SECRET, SECRETS_KEYS: `k1:${Buffer.alloc(32).toString("base64")}`,
      DATABASE_URL: process.env.STINT_TEST_DATABASE_URL, UPSTASH_REDIS_REST_URL: process.env.STINT_TEST_REDIS_URL, UPSTASH_REDIS_REST_TOKEN: process.env.STINT_TEST_REDIS_TOKEN,
      MODEL_BASE_URL: `${process.env.STINT_TEST_MODEL_URL}/v1`, MODEL_API_KEY: process.env.STINT_TEST_MODEL_KEY, SMTP_URL: "smtp://127.0.0.1:9", SENTRY_DSN: `http://publickey@127.0.0.1:${ingestPort}/1`, API_MOUNT: mount,
    },
  });
}

function urlOf(mount: Mount): string {
  const web = webs.get(mount);
  if (!web) throw new Error(`${mount} was not started`);
  return web.url;
}

/** What was reported for a request, none of it with a secret in it. */
async function reportsOf(requestId: string, secrets: string[]): Promise<string[]> {
  const found = await until(() => reports.filter((text) => text.includes(`"request_id":"${requestId}"`)), (all) => all.length > 0);
  for (const report of found) for (const secret of [...secrets, SECRET, process.env.STINT_TEST_DATABASE_URL ?? "-"]) expect(report).not.toContain(secret);
  return found;
}

for (const mount of MOUNTS) {
  test(`thrown in a route of the API, ${mount}`, async () => {
    const one = await makeWorkspace();
    const canary = randomUUID();
    const body = JSON.stringify({ agent: one.agentSlug, input: canary });
    // A stored answer that is damaged: reading it throws where nothing expects it.
    const hash = createHash("sha256").update(`POST /api/v1/runs\n${body}`).digest();
    await owner().query("INSERT INTO idempotency_key (tenant_id, principal_id, key, request_hash, status, body) VALUES ($1, $2, 'damaged', $3, 201, '{')", [one.tenantId, one.keyId, hash]);
    const response = await fetch(`${urlOf(mount)}/api/v1/runs?note=${canary}`, {
      method: "POST", body, headers: { authorization: `Bearer ${one.secret}`, "content-type": "application/json", "idempotency-key": "damaged", cookie: `other=${canary}`, "x-note": canary },
    });
    // `note` is no query parameter of this route, which ignores what it does not take.
    expect(response.status).toBe(500);
    const requestId = response.headers.get("x-request-id") ?? "";
    const answer = await response.text();
    expect(answer).toContain(requestId);
    expect(answer).not.toMatch(/SyntaxError|JSON|\.ts|at /);
    const [report, ...more] = await reportsOf(requestId, [canary, one.secret]);
    expect(more).toEqual([]);
    expect(report).toContain("SyntaxError");
    expect(report).toContain(`"tenant_id":"${one.tenantId}"`);
  });
}

test("thrown while a page renders", async () => {
  const one = await makeWorkspace();
  const cookie = `stint.session=${await encode({ token: { sub: one.userId, ver: 1, sid: (await makeSession(one.userId)).sessionId }, secret: SECRET })}`;
  // A plan of a test is not in the code's table, which neither the page nor the frame around it can do without.
  const response = await fetch(`${urlOf("direct")}/t/${one.slug}/billing`, { headers: { cookie } });
  expect(await response.text()).not.toMatch(/There is no plan|node_modules/);
  for (const report of await reportsOf(response.headers.get("x-request-id") ?? "", [cookie])) expect(report).toContain("There is no plan");
});
