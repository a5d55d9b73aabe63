/** `npm start` itself: killed, begun twice, ended. With a state folder and a port of its own, on the build of the tests. */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "@playwright/test";
import { loadCredentials } from "@/scripts/start/credentials";
import { PROJECT_FOLDER } from "@/scripts/start/home";
import { findListener } from "@/scripts/start/port-holder";
import { findFreePort } from "@/scripts/start/ports";
import { isolatedEnvironment, TEST_DIST_FOLDER } from "@/scripts/test/isolated-environment";
import { makeTestHome, removeTestHome } from "@/scripts/test/stack";

type Start = { child: ChildProcess; output: () => string };

let home = "";
let port = 0;
let starts: Start[] = [];

test.beforeEach(async () => {
  home = makeTestHome();
  port = await findFreePort();
});

test.afterEach(async () => {
  for (const { child } of starts) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill("SIGTERM");
    await once(child, "exit");
  }
  starts = [];
  await expect.poll(() => listProcessesOf(home), { timeout: 30_000 }).toEqual([]);
  removeTestHome(home);
});

function begin(changes: Record<string, string> = {}): Start {
  let text = "";
  const child = spawn(process.execPath, ["--import", "tsx", "scripts/start.ts"], {
    cwd: PROJECT_FOLDER,
    env: { ...isolatedEnvironment(process.env), PORT: String(port), STINT_HOME: home, NEXT_DIST_DIR: TEST_DIST_FOLDER, STINT_PARENT_PIPE: "1", ...changes },
    stdio: ["pipe", "pipe", "pipe"],
  });
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
  const start = { child, output: () => text };
  starts.push(start);
  return start;
}

async function waitUntilRunning(start: Start): Promise<void> {
  await expect.poll(() => start.output().includes("Stint is running at") || start.child.exitCode !== null, { timeout: 80_000 }).toBe(true);
  expect(start.output()).toContain("Stint is running at");
}

async function statusOf(path: string): Promise<number> {
  const key = loadCredentials(home).api_key;
  return (await fetch(`http://127.0.0.1:${port}${path}`, { headers: { authorization: `Bearer ${key}` } })).status;
}

async function waitForEnd(start: Start): Promise<number | null> {
  if (start.child.exitCode === null && start.child.signalCode === null) await once(start.child, "exit");
  return start.child.exitCode;
}

/** Commands of the processes that were begun with this state folder, and whatever still listens on its port. */
function listProcessesOf(folder: string): string[] {
  // Next writes its title over its own environment, so the web process is found by its port.
  const listener = findListener(port);
  const begun = readdirSync("/proc").filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid).flatMap((pid) => {
    try {
      const command = readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
      const belongs = command.includes(folder) || readFileSync(`/proc/${pid}/environ`, "utf8").includes(`STINT_HOME=${folder}`);
      return belongs && command !== "" ? [command] : [];
    } catch {
      // Gone meanwhile, or another user's.
      return [];
    }
  });
  return listener ? [...begun, listener] : begun;
}

test("after kill -9 the children go, and the next start has everything again", async () => {
  const first = begin();
  await waitUntilRunning(first);
  expect(await statusOf("/api/v1/me")).toBe(200);
  first.child.kill("SIGKILL");
  await waitForEnd(first);

  // At once, while the children of the first may still be leaving.
  const second = begin();
  await waitUntilRunning(second);
  expect(await statusOf("/api/v1/me")).toBe(200);
  expect(second.output()).not.toContain("stint_");

  second.child.kill("SIGINT");
  expect(await waitForEnd(second)).toBe(0);
  await expect.poll(() => listProcessesOf(home), { timeout: 20_000 }).toEqual([]);
});

test("kill -9 while the database is being made leaves nothing in the way", async () => {
  const first = begin();
  await expect.poll(() => listProcessesOf(home).some((command) => command.includes("initdb") || command.includes("data.new")), { timeout: 20_000, intervals: [20] }).toBe(true);
  first.child.kill("SIGKILL");
  await waitForEnd(first);
  const second = begin();
  await waitUntilRunning(second);
  expect(await statusOf("/api/v1/me")).toBe(200);
});

test("a second start, and one on a taken port, each say in one line what to do", async () => {
  const first = begin();
  await waitUntilRunning(first);

  const beside = begin();
  expect(await waitForEnd(beside)).toBe(1);
  expect(beside.output().trim()).toMatch(/^✗ Stint is already running at http:\/\/localhost:\d+ \(process \d+\): .+$/);

  const other = makeTestHome();
  const onSamePort = begin({ STINT_HOME: other });
  expect(await waitForEnd(onSamePort)).toBe(1);
  expect(onSamePort.output().trim()).toMatch(new RegExp(`^✗ Port ${port} is taken.*PORT=${port + 1} npm start\\.$`));
  removeTestHome(other);

  expect(await statusOf("/api/v1/me")).toBe(200);
});

test("a web process that is killed comes back by itself", async () => {
  const first = begin();
  await waitUntilRunning(first);
  const { processes } = JSON.parse(readFileSync(`${home}/processes.json`, "utf8")) as { processes: { name: string; pid: number }[] };
  process.kill(processes.find(({ name }) => name === "web")?.pid ?? Number.NaN, "SIGKILL");
  await expect.poll(() => first.output(), { timeout: 20_000 }).toContain("web ended unasked (SIGKILL); starting it again");
  await expect.poll(() => statusOf("/api/v1/me").catch(() => 0), { timeout: 30_000 }).toBe(200);
});
