import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { findHolder, lockHome, type Holder } from "./lock";
import { PROJECT_FOLDER } from "./home";

let home = "";
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "stint-lock-"));
});
afterEach(() => rmSync(home, { recursive: true }));

const running: Holder = { pid: 4711, url: "http://localhost:3000", state: "running" };

test("whoever comes second is told where the first one is", async () => {
  const lock = await lockHome(home, () => running);
  await expect(lockHome(home, () => running)).rejects.toThrow(/already running at http:\/\/localhost:3000 \(process 4711\)/);
  expect(await findHolder(home)).toEqual(running);
  lock.release();
  expect(await findHolder(home)).toBeNull();
  (await lockHome(home, () => running)).release();
});

test("waits for a holder that is stopping", async () => {
  const first = await lockHome(home, () => ({ ...running, state: "stopping" }));
  const second = lockHome(home, () => running);
  first.release();
  (await second).release();
});

test("is free again at once when its holder was killed", async () => {
  const code = `import { lockHome } from "./scripts/start/lock"; await lockHome(${JSON.stringify(home)}, () => ({ pid: 1, url: "", state: "running" })); console.log("held"); setInterval(() => {}, 1000);`;
  const holder = spawn(process.execPath, ["--import", "tsx", "--input-type=module", "--eval", code], { cwd: PROJECT_FOLDER, stdio: ["ignore", "pipe", "inherit"] });
  await once(holder.stdout, "data");
  expect(await findHolder(home)).not.toBeNull();
  holder.kill("SIGKILL");
  await once(holder, "exit");
  (await lockHome(home, () => running)).release();
});
