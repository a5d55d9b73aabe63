import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { afterEach, describe, expect, it } from "vitest";
import { listen } from "./serve";

const children: ChildProcess[] = [];
const folders: string[] = [];
afterEach(async () => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
});

interface Ready {
  ready: boolean;
  url: string;
  smtp?: string;
}

async function spawnStandIn(name: string, env: Record<string, string>): Promise<{ child: ChildProcess }> {
  const folder = await mkdtemp(path.join(tmpdir(), "stint-serve-"));
  folders.push(folder);
  const settings = { PORT: "0", SMTP_PORT: "0", MODEL_SERVER_KEY: "k", GATEWAY_TOKEN: "t", GATEWAY_DATA_DIR: folder, MAIL_DIR: folder };
  const child = spawn(process.execPath, ["--import", "tsx", path.join(import.meta.dirname, name, "main.ts")], {
    env: { ...process.env, REDIS_URL: "", ...settings, ...env },
    stdio: ["pipe", "pipe", "pipe"],
  });
  children.push(child);
  return { child };
}

async function start(name: string, env: Record<string, string> = {}): Promise<{ child: ChildProcess; ready: Ready }> {
  const { child } = await spawnStandIn(name, env);
  if (!child.stdout) throw new Error("the child has no output");
  const lines = createInterface({ input: child.stdout });
  const [line] = await Promise.race([once(lines, "line"), once(child, "exit").then(([code]) => Promise.reject(new Error(`exit ${code}`)))]);
  return { child, ready: JSON.parse(String(line)) };
}

describe.each(["model", "mail", "redis"])("local/%s", (name) => {
  it("says when it is ready and leaves in time when told to", async () => {
    const { child, ready } = await start(name);
    expect(ready).toMatchObject({ ready: true, url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/) });
    expect((await fetch(`${ready.url}/health`)).status).toBe(200);
    if (name === "mail") expect(ready.smtp).toMatch(/^smtp:\/\/127\.0\.0\.1:\d+$/);
    const asked = performance.now();
    child.kill("SIGTERM");
    expect((await once(child, "exit"))[0]).toBe(0);
    expect(performance.now() - asked).toBeLessThan(2_000);
  });

  it("leaves when its parent is gone", async () => {
    const { child } = await start(name, { STINT_PARENT_PIPE: "1" });
    child.stdin?.end();
    expect((await once(child, "exit"))[0]).toBe(0);
  });
});

describe("what keeps a stand-in from starting is told in one line", () => {
  it.each([
    ["model", { PORT: "taken" }, /^cannot start: listen EADDRINUSE.*\n$/],
    ["mail", { SMTP_PORT: "taken" }, /^cannot start: listen EADDRINUSE.*\n$/],
    ["redis", { PORT: "taken" }, /^cannot start: listen EADDRINUSE.*\n$/],
    ["mail", { MAIL_DIR: path.join(import.meta.filename, "below-a-file") }, /^cannot start: ENOTDIR.*\n$/],
    ["model", { PORT: "abc" }, /^cannot start: PORT must be a port number, not "abc"\n$/],
    ["redis", { GATEWAY_TOKEN: "" }, /^cannot start: GATEWAY_TOKEN is not set\n$/],
  ])("local/%s with %j", async (name, env, line) => {
    const blocker = createServer();
    const { port } = await listen(blocker, 0, "127.0.0.1");
    const settings = Object.fromEntries(Object.entries(env).map(([key, value]) => [key, value === "taken" ? String(port) : value]));
    const { child } = await spawnStandIn(name, settings);
    let told = "";
    child.stderr?.on("data", (chunk: Buffer) => (told += chunk.toString()));
    const [code] = await once(child, "close");
    blocker.close();
    expect([code, told]).toEqual([1, expect.stringMatching(line)]);
  });
});
