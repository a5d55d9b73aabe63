/** What a request costs the stores, counted on the wire between the application and both of them. */
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startCountingProxy, startPostgresProxy, type CountingProxy } from "@/bench/counting-proxy";
import { makeWorkspace, type Workspace } from "@/e2e/fixtures/workspace";
import { closeDb } from "@/lib/platform/db";
import { PROJECT_FOLDER } from "../start/home";
import { makeApiDoor } from "./api-door";
import { loadApiRoutes } from "./api-routes";
import { setClientAddress } from "./client-address";

let server: Server;
let database: CountingProxy;
let redis: CountingProxy;
let one: Workspace;
let url = "";

beforeAll(async () => {
  [database, redis] = [await startPostgresProxy(process.env.DATABASE_URL ?? ""), await startCountingProxy(process.env.UPSTASH_REDIS_REST_URL ?? "")];
  // Read when the application first asks for them, which it has not yet.
  Object.assign(process.env, { DATABASE_URL: database.url, UPSTASH_REDIS_REST_URL: redis.url });
  const door = makeApiDoor(await loadApiRoutes(join(PROJECT_FOLDER, "app")));
  server = createServer((request, response) => {
    setClientAddress(request, 0);
    if (!door(request, response)) response.writeHead(418).end();
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  // A server that listens on a port has an AddressInfo.
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  one = await makeWorkspace();
  // The directory learns of the key, and this process of the directory's entry.
  for (let n = 0; n < 3; n++) await ask("/api/v1/me");
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await closeDb();
  await database.stop();
  await redis.stop();
});

async function ask(path: string): Promise<number> {
  const response = await fetch(url + path, { headers: { authorization: `Bearer ${one.secret}` } });
  expect(response.headers.get("ratelimit-policy")).not.toBeNull();
  await response.text();
  return response.status;
}

/** Round trips to the database and to Redis while `work` is done. */
async function countTrips(work: () => Promise<unknown>): Promise<{ database: number; redis: number }> {
  const before = { database: database.count(), redis: redis.count() };
  await work();
  return { database: database.count() - before.database, redis: redis.count() - before.redis };
}

test("a request alone makes one round trip to each", async () => {
  await ask("/api/v1/me");
  let status = 0;
  expect(await countTrips(async () => (status = await ask("/api/v1/me")))).toEqual({ database: 1, redis: 1 });
  expect(status).toBe(200);
});

test("a hundred in a row make no more than that each", async () => {
  const startedAt = performance.now();
  const trips = await countTrips(async () => {
    for (let n = 0; n < 100; n++) expect(await ask("/api/v1/me")).toBe(200);
  });
  expect(trips.database).toBe(100);
  // What the process has read of the key it believes for half a second; then it asks again.
  const readAgain = 1 + Math.ceil((performance.now() - startedAt) / 500);
  expect(trips.redis).toBeLessThanOrEqual(100 + readAgain);
  expect(trips.redis).toBeGreaterThanOrEqual(100);
});

test("64 in flight share them", async () => {
  await Promise.all(Array.from({ length: 64 }, () => ask("/api/v1/me")));
  let served = 0;
  const trips = await countTrips(() => Promise.all(Array.from({ length: 640 }, async (_, n) => {
    // Ten waves of 64, so that connections are there and only the requests are new.
    await new Promise((resolve) => setTimeout(resolve, Math.floor(n / 64) * 20));
    if ((await ask("/api/v1/me")) === 200) served += 1;
  })));
  expect(served).toBeGreaterThan(320);
  expect(trips.database).toBeLessThan(640 / 4);
  expect(trips.redis).toBeLessThan(640 / 4);
  expect(Math.min(trips.database, trips.redis)).toBeGreaterThan(0);
});
