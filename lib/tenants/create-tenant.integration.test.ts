import { afterAll, expect, test } from "vitest";
import { makeSession } from "@/e2e/fixtures/workspace";
import { newId } from "@/lib/core/ids";
import { closeDb } from "@/lib/platform/db";
import { createTenant, listMemberships } from "@/lib/tenants/service";
import { createUser } from "@/lib/users/service";

afterAll(closeDb);

async function makeFounder() {
  const user = await createUser({ email: `${newId("usr").slice(-12)}@test.example`, name: "Ada", password: "a long password", isStaff: false });
  if (!user) throw new Error("the address is taken");
  return { ...(await makeSession(user.id)), ip: "127.0.0.1", requestId: newId("req") };
}

test("a person gets one Free workspace, however many tabs ask at once", async () => {
  const founder = await makeFounder();
  const results = await Promise.allSettled(Array.from({ length: 20 }, (_, index) => createTenant(founder, `Lab ${index}`)));
  expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  for (const result of results) if (result.status === "rejected") expect(result.reason).toMatchObject({ code: "plan_required" });
  expect(await listMemberships(founder)).toHaveLength(1);
});

test("workspaces of the same name get slugs of their own", async () => {
  const [one, two] = [await createTenant(await makeFounder(), "Same Name"), await createTenant(await makeFounder(), "Same Name")];
  expect(one.slug).not.toBe(two.slug);
  expect(two.slug).toMatch(/^same-name-\d+$/);
});
