import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { RotatingLog } from "./rotating-log";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "stint-log-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

test("begins a new file when the old one is full and keeps three", async () => {
  const log = new RotatingLog(join(folder, "web.log"), 10);
  for (const line of ["first-1\n", "second-2\n", "third-3\n", "fourth-4\n", "fifth-5\n"]) log.write(line);
  log.end();
  await once(log, "finish");
  expect(readdirSync(folder).sort()).toEqual(["web.log", "web.log.1", "web.log.2", "web.log.3"]);
  expect(readFileSync(join(folder, "web.log"), "utf8")).toBe("fifth-5\n");
  expect(readFileSync(join(folder, "web.log.3"), "utf8")).toBe("second-2\n");
});

test("goes on where an earlier process stopped, and shows the last lines", () => {
  const file = join(folder, "web.log");
  new RotatingLog(file).write("one\ntwo\n");
  const again = new RotatingLog(file);
  again.write("three\n");
  expect(again.tail(2)).toBe("two\nthree");
});
