import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { fingerprintSources, isBuilt, markBuilt, markUnbuilt } from "./build";

let folder = "";
beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), "stint-build-")), ".next");
  mkdirSync(folder);
});
afterEach(() => rmSync(join(folder, ".."), { recursive: true }));

test("a build counts only when it was finished, and only for its sources", () => {
  markBuilt(folder, "a");
  expect(isBuilt(folder, "a")).toBe(false);
  writeFileSync(join(folder, "BUILD_ID"), "1");
  expect(isBuilt(folder, "a")).toBe(true);
  expect(isBuilt(folder, "b")).toBe(false);
  markUnbuilt(folder);
  expect(isBuilt(folder, "a")).toBe(false);
});

test("public variables are part of a build, others are not", () => {
  const env = { NODE_ENV: "test" } as const;
  const plain = fingerprintSources(env);
  expect(fingerprintSources({ ...env, DATABASE_URL: "x" })).toBe(plain);
  expect(fingerprintSources({ ...env, NEXT_PUBLIC_NAME: "x" })).not.toBe(plain);
});
