import { describe, expect, test } from "vitest";
import { accessSchema, generalSchema, MOST_DOMAINS, RETENTION_DAYS, retentionSchema } from "@/lib/tenants/settings/schema";

const faultOf = (schema: { safeParse: (value: unknown) => { error?: { issues: { path: PropertyKey[]; message: string }[] } } }, value: unknown) => {
  const [issue] = schema.safeParse(value).error?.issues ?? [];
  return issue && `${String(issue.path[0])}: ${issue.message}`;
};

describe("name and slug", () => {
  test("are trimmed", () => expect(generalSchema.parse({ name: " Acme ", slug: " acme " })).toEqual({ name: "Acme", slug: "acme" }));
  test.each([["Acme", "slug: Use lower-case"], ["settings", "slug: This word is kept"], ["", "slug: Use at least 2"]])("the slug %j is refused", (slug, fault) => expect(faultOf(generalSchema, { name: "Acme", slug })).toContain(fault));
  test("a name of one character is refused", () => expect(faultOf(generalSchema, { name: "A", slug: "acme" })).toContain("name: "));
});

describe("access", () => {
  test("a box that is not ticked is off, and no domains are any", () => expect(accessSchema.parse({})).toEqual({ require_two_factor: false, invitation_domains: [] }));
  test("domains are split, normalised, sorted and kept once", () =>
    expect(accessSchema.parse({ require_two_factor: "on", invitation_domains: "B.example, a.example\n@b.example;" })).toEqual({ require_two_factor: true, invitation_domains: ["a.example", "b.example"] }));
  test("what is none is named", () => expect(faultOf(accessSchema, { invitation_domains: "a.example localhost" })).toBe("invitation_domains: `localhost` is not a domain name such as example.com."));
  test("too many are refused", () => expect(faultOf(accessSchema, { invitation_domains: Array.from({ length: MOST_DOMAINS + 1 }, (_, at) => `d${at}.example`).join(" ") })).toContain("at most"));
  test("another value of the box is no tick", () => expect(accessSchema.safeParse({ require_two_factor: "false" }).success).toBe(false));
});

test("only the listed times can be chosen", () => {
  for (const days of RETENTION_DAYS) expect(retentionSchema.parse({ content_retention_days: String(days) })).toEqual({ content_retention_days: days });
  for (const days of ["0", "-1", "2", "1.5", "3650", "", "x", undefined]) expect(retentionSchema.safeParse({ content_retention_days: days }).success).toBe(false);
});
