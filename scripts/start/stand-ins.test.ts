import { expect, test } from "vitest";
import { usesStripeSandbox } from "./stand-ins";

test("payments are the sandbox's unless a real account is named, or nothing is sold", () => {
  const base = { NODE_ENV: "test" } as const;
  expect(usesStripeSandbox(base)).toBe(true);
  expect(usesStripeSandbox({ ...base, STRIPE_SECRET_KEY: "" })).toBe(true);
  expect(usesStripeSandbox({ ...base, STRIPE_SECRET_KEY: "sk_live_1" })).toBe(false);
  expect(usesStripeSandbox({ ...base, STRIPE_SANDBOX: "off" })).toBe(false);
});
