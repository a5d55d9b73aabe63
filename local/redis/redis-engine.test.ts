import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import type { Server } from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { listen } from "../serve";
import type { Engine } from "./engine";
import { createGateway } from "./gateway";
import { findRedisBinary } from "./redis-child";
import { openRedisEngine } from "./redis-engine";

const binary = await findRedisBinary(process.env.PATH ?? "");
let folder: string;
let socketPath: string;
let engine: Engine | null = null;
let server: Server | null = null;
const children: ChildProcess[] = [];

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "stint-redis-test-"));
  socketPath = path.join(folder, "redis.sock");
});
afterEach(async () => {
  server?.close();
  server?.closeAllConnections();
  await engine?.close();
  for (const child of children.splice(0)) {
    child.kill("SIGCONT");
    child.kill("SIGKILL");
  }
  await rm(folder, { recursive: true, force: true });
});

function startRedis(file: string): ChildProcess {
  const child = spawn(file, ["--port", "0", "--unixsocket", socketPath, "--save", "", "--dir", folder], { stdio: "ignore" });
  children.push(child);
  return child;
}

async function openGateway(): Promise<(...command: string[]) => Promise<{ status: number; body: unknown; ms: number }>> {
  engine = await openRedisEngine({ socketPath });
  server = createGateway({ token: "t", engine });
  const { port } = await listen(server, 0, "127.0.0.1");
  return async (...command) => {
    const started = performance.now();
    const response = await fetch(`http://127.0.0.1:${port}/`, { method: "POST", headers: { authorization: "Bearer t" }, body: JSON.stringify(command) });
    return { status: response.status, body: await response.json(), ms: performance.now() - started };
  };
}

describe.skipIf(binary === null)("openRedisEngine", () => {
  const file = binary ?? "";
  const patience = { timeout: 8_000, interval: 20 };

  it("answers 503 at once while Redis is away, and finds it again", { timeout: 20_000 }, async () => {
    const ask = await openGateway();
    expect(await ask("PING")).toMatchObject({ status: 503, body: { error: "ERR redis is not reachable" } });
    const redis = startRedis(file);
    await expect.poll(async () => (await ask("SET", "k", "v")).status, patience).toBe(200);
    redis.kill("SIGKILL");
    await once(redis, "exit");
    await expect.poll(async () => (await ask("PING")).status, patience).toBe(503);
    const refused = await ask("PING");
    expect([refused.status, refused.ms < 500]).toEqual([503, true]);
    startRedis(file);
    await expect.poll(async () => (await ask("PING")).status, patience).toBe(200);
    expect((await ask("GET", "k")).body).toEqual({ result: null });
  });

  it("gives up on a Redis that hangs, queues nothing for it, and goes on when it wakes", { timeout: 20_000 }, async () => {
    const redis = startRedis(file);
    const ask = await openGateway();
    await expect.poll(async () => (await ask("SET", "n", "0")).status, patience).toBe(200);
    redis.kill("SIGSTOP");
    expect((await ask("INCR", "n")).status).toBe(503);
    const refused = await ask("INCR", "n");
    expect([refused.status, refused.ms < 500]).toEqual([503, true]);
    redis.kill("SIGCONT");
    await expect.poll(async () => (await ask("PING")).status, patience).toBe(200);
    expect((await ask("GET", "n")).body).toEqual({ result: "1" });
  });

  it("takes its own Redis with it when it is killed outright", async () => {
    const gateway = spawn(process.execPath, ["--import", "tsx", path.join(import.meta.dirname, "main.ts")], {
      env: { ...process.env, PORT: "0", REDIS_URL: "", GATEWAY_TOKEN: "t", GATEWAY_DATA_DIR: folder },
      stdio: ["pipe", "pipe", "inherit"],
    });
    children.push(gateway);
    await once(createInterface({ input: gateway.stdout }), "line");
    const direct = await openRedisEngine({ socketPath });
    expect(await direct.run([["PING"]])).toEqual(["PONG"]);
    gateway.kill("SIGKILL");
    await expect.poll(() => direct.run([["PING"]]).catch((cause: unknown) => String(cause)), patience).toContain("not reachable");
    await direct.close();
  });
});
