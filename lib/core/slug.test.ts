import { expect, test } from "vitest";
import { slugFault, slugFromName } from "@/lib/core/slug";

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

test.each([["a", /at least 2/], ["a".repeat(49), /at most 48/], ["Acme", /lower-case/], ["acme-", /lower-case/], ["-acme", /lower-case/], ["a--b", /lower-case/], ["a_b", /lower-case/], ["á-b", /lower-case/], ["a b", /lower-case/], ["../x", /lower-case/], ["settings", /kept for the product/], ["api", /kept for the product/]])(
  "the slug %j is refused", (slug, why) => expect(slugFault(slug)).toMatch(why),
);

test("a slug that was made from a name is none of these, digits behind it included", () => {
  for (const name of ["Acme Inc.", "Admin", "x", "a".repeat(60)]) for (const digits of ["", "-12", "-1234567"]) expect(slugFault(`${slugFromName(name)}${digits}`), name).toBeNull();
});
