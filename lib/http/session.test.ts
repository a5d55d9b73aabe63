import { beforeAll, beforeEach, describe, expect, test, vi } from "vitest";

const BASE = { UPSTASH_REDIS_REST_URL: "http://127.0.0.1:1", UPSTASH_REDIS_REST_TOKEN: "t", AUTH_SECRET: "a-secret-of-this-test-0123456789-abcdef", APP_URL: "http://localhost:3000" };

/** The module as another installation has it: the environment is read once, so each gets its own copy. */
async function installation(changes: Partial<typeof BASE> = {}) {
  vi.resetModules();
  for (const [name, value] of Object.entries({ ...BASE, ...changes })) vi.stubEnv(name, value);
  return import("@/lib/http/session");
}

describe("sessions", () => {
  let sealed = "";
  beforeAll(async () => {
    const { sealSession } = await installation();
    sealed = await sealSession({ userId: "usr_1", sessionVersion: 3, sessionId: "ses_1" });
  });
  beforeEach(() => vi.unstubAllEnvs());

  test("open to what was sealed", async () => {
    const { openSession } = await installation();
    expect(await openSession(sealed)).toEqual({ userId: "usr_1", sessionVersion: 3, sessionId: "ses_1" });
  });

  test("tell nothing to whoever reads the cookie", () => {
    expect(sealed).not.toContain("usr_1");
    for (const part of sealed.split(".")) expect(Buffer.from(part, "base64url").toString("latin1")).not.toContain("usr_1");
  });

  test("do not open when one character of any part was changed", async () => {
    const { openSession } = await installation();
    for (const [index, part] of sealed.split(".").entries()) {
      if (part === "") continue;
      const middle = Math.floor(part.length / 2);
      const parts = sealed.split(".");
      parts[index] = `${part.slice(0, middle)}${part[middle] === "A" ? "B" : "A"}${part.slice(middle + 1)}`;
      expect(await openSession(parts.join(".")), `part ${index}`).toBeNull();
    }
  });

  test("do not open at an installation with another secret", async () => {
    const { openSession } = await installation({ AUTH_SECRET: "another-secret-of-this-test-0123456789-abc" });
    expect(await openSession(sealed)).toBeNull();
  });

  test("an unsigned token is no session", async () => {
    const { openSession } = await installation();
    const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");
    expect(await openSession(`${part({ alg: "none" })}.${part({ sub: "usr_1", ver: 3 })}.`)).toBeNull();
    expect(await openSession(undefined)).toBeNull();
    expect(await openSession("")).toBeNull();
    expect(await openSession("x".repeat(10_000))).toBeNull();
  });

  test("travel in a cookie that scripts cannot read, and over https only where there is https", async () => {
    const plain = (await installation()).sessionCookie();
    expect([plain.name, plain.options.httpOnly, plain.options.sameSite, plain.options.secure]).toEqual(["stint.session", true, "lax", false]);
    const secure = (await installation({ APP_URL: "https://stint.example.com" })).sessionCookie();
    expect([secure.name, secure.options.httpOnly, secure.options.secure]).toEqual(["__Host-stint.session", true, true]);
  });

  test("are read from among other cookies", async () => {
    const { readSessionCookie } = await installation();
    expect(readSessionCookie(new Headers({ cookie: `a=1; stint.session=${sealed}; b=2=3` }))).toBe(sealed);
    expect(readSessionCookie(new Headers({ cookie: `xstint.session=${sealed}` }))).toBeUndefined();
    expect(readSessionCookie(new Headers())).toBeUndefined();
  });
});
