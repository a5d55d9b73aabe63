import { expect, test } from "vitest";
import { slugFromName } from "@/lib/core/slug";

test.each([
  ["Acme Inc.", "acme-inc"],
  ["  Crème  Brûlée -- & Söhne ", "creme-brulee-sohne"],
  ["Ärger/ÜBER\\ß", "arger-uber"],
  ["日本語", "workspace"],
  ["x", "workspace"],
  ["", "workspace"],
  ["Admin", "admin-workspace"],
  ["API", "api-workspace"],
  ["administrators", "administrators"],
  ["a".repeat(60), "a".repeat(40)],
  [`${"a".repeat(39)} b`, "a".repeat(39)],
  ["../../etc", "etc"],
])("%j becomes %j", (name, slug) => expect(slugFromName(name)).toBe(slug));

test("whatever the name, the slug is one that addresses take", () => {
  for (let code = 0; code < 0x3000; code++) expect(slugFromName(`${String.fromCharCode(code)} b ${String.fromCharCode(code)}c`)).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
});
