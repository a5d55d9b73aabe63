import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { completeLock, findMissing, parseLock } from "./lock-file";

test("the lock file holds the packages of every platform, or npm ci refuses it (scripts/complete-lock.ts puts them in)", () => {
  expect(findMissing(parseLock(readFileSync(join(import.meta.dirname, "../package-lock.json"), "utf8")))).toEqual([]);
});

test("what is missing is put in, with the platform it is for", () => {
  const lock = parseLock(
    JSON.stringify({
      packages: {
        "": { version: "1.0.0" },
        "node_modules/css": { version: "4.3.5", optionalDependencies: { "@css/linux-arm-gnueabihf": "4.3.5", "@css/wasm32-wasi": "4.3.5", "@css/linux-x64-musl": "4.3.5", near: "1.0.0" } },
        "node_modules/css/node_modules/near": { version: "1.0.0" },
      },
    }),
  );
  const { lock: complete, added } = completeLock(lock);
  expect(added).toEqual(["@css/linux-arm-gnueabihf", "@css/wasm32-wasi", "@css/linux-x64-musl"]);
  expect(complete.packages["node_modules/@css/linux-arm-gnueabihf"]).toEqual({ version: "4.3.5", cpu: ["arm"], libc: ["glibc"], optional: true, os: ["linux"] });
  expect(complete.packages["node_modules/@css/wasm32-wasi"]).toEqual({ version: "4.3.5", cpu: ["wasm32"], optional: true });
  expect(Object.keys(complete.packages)[0]).toBe("");
  expect(findMissing(complete)).toEqual([]);
});
