import { describe, expect, test } from "vitest";
import { createKeyFormSchema, rotateKeyFormSchema, updateKeyFormSchema } from "@/lib/keys/form";

const FORM = { name: "Production", expires: "none", expires_on: "", allowed_cidrs: "", requests_per_minute: "", monthly_cap_minutes: "", scopes: ["runs:read"] };
const errorsOf = (given: object) => createKeyFormSchema.safeParse({ ...FORM, ...given }).error?.issues.map((issue) => String(issue.path[0]));

describe("the form of a key", () => {
  test("left alone means no limit", () => {
    expect(createKeyFormSchema.parse(FORM)).toEqual({ name: "Production", scopes: ["runs:read"], expires_at: null, allowed_cidrs: [], requests_per_minute: null, monthly_cap_minutes: null });
  });
  test("takes networks on lines, with commas or spaces, and numbers as typed", () => {
    expect(createKeyFormSchema.parse({ ...FORM, allowed_cidrs: "10.1.2.3/8,\n 2001:db8::/32 10.0.0.0/8", requests_per_minute: " 60 ", monthly_cap_minutes: "5" })).toMatchObject({
      allowed_cidrs: ["10.0.0.0/8", "2001:db8:0:0:0:0:0:0/32"], requests_per_minute: 60, monthly_cap_minutes: 5,
    });
  });
  test("an end in days, and on a day", () => {
    const end = createKeyFormSchema.parse({ ...FORM, expires: "30" }).expires_at?.getTime() ?? 0;
    expect(Math.round((end - Date.now()) / 86_400_000)).toBe(30);
    expect(createKeyFormSchema.parse({ ...FORM, expires: "date", expires_on: "2999-12-31" }).expires_at?.toISOString()).toBe("2999-12-31T23:59:59.000Z");
  });
  test.each([[{ expires: "date" }, "expires_on"], [{ expires: "date", expires_on: "2001-01-01" }, "expires_on"], [{ allowed_cidrs: "10.0.0" }, "allowed_cidrs"], [{ requests_per_minute: "0" }, "requests_per_minute"],
    [{ requests_per_minute: "many" }, "requests_per_minute"], [{ monthly_cap_minutes: "1.5" }, "monthly_cap_minutes"], [{ scopes: [] }, "scopes"], [{ name: " " }, "name"]])("%j is the fault of %s", (given, field) => expect(errorsOf(given)).toEqual([field]));
});

test("editing keeps the end unless another is chosen", () => {
  const edit = (expires: string) => updateKeyFormSchema.parse({ ...FORM, key: "key_1", expires }).change;
  expect("expires_at" in edit("keep")).toBe(false);
  expect(edit("none").expires_at).toBeNull();
});

test("a grace is one of the range", () => {
  expect(rotateKeyFormSchema.parse({ key: "key_1", grace_minutes: "0" })).toEqual({ key: "key_1", grace_minutes: 0 });
  expect(rotateKeyFormSchema.safeParse({ key: "key_1", grace_minutes: "10081" }).success).toBe(false);
});
