/** Members against the real database: who may do what to whom, and what happens when two do it at once. */
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { makeUser } from "@/e2e/fixtures/session";
import { makeKey, makeWorkspace, owner, type Workspace } from "@/e2e/fixtures/workspace";
import { newId } from "@/lib/core/ids";
import { closeDb } from "@/lib/platform/db";
import { changeRole, leaveTenant, listMembers, removeMember, transferOwnership } from "@/lib/tenants/members";
import type { Role } from "@/lib/tenants/policy";

let workspace: Workspace;
beforeEach(async () => {
  workspace = await makeWorkspace();
});
afterAll(() => closeDb());

const actor = (userId: string, at: Workspace = workspace) => ({ tenantId: at.tenantId, id: userId, userId, ip: "192.0.2.1", requestId: newId("req") });
const boss = () => actor(workspace.userId);
const add = (role: Role) => makeUser({ workspace, role });

async function rolesOf(at: Workspace = workspace): Promise<Record<string, string>> {
  const { rows } = await owner().query<{ user_id: string; role: string }>("SELECT user_id, role FROM member WHERE tenant_id = $1", [at.tenantId]);
  return Object.fromEntries(rows.map(({ user_id, role }) => [user_id, role]));
}
type Audited = { action: string; actor_id: string; target_id: string; before: unknown; after: unknown };
async function audited(): Promise<Audited[]> {
  return (await owner().query<Audited>("SELECT action, actor_id, target_id, before, after FROM audit_log WHERE tenant_id = $1 ORDER BY id", [workspace.tenantId])).rows;
}
const outcomes = async (all: Promise<unknown>[]): Promise<string[]> => (await Promise.allSettled(all)).map((one) => (one.status === "fulfilled" ? "done" : (one.reason as { code: string }).code)).sort();

describe("the list", () => {
  test("says who is in, what they may do, and which of their keys work", async () => {
    const developer = await add("developer");
    await owner().query("UPDATE user_account SET totp_secret = 'x', totp_enabled_at = now() WHERE id = $1", [developer]);
    const [revoked] = [await makeKey(workspace), await makeKey(workspace), await makeKey(workspace, ["runs:read"], new Date(0))];
    await owner().query("UPDATE api_key SET revoked_at = now() WHERE id = $1", [revoked.keyId]);
    const { data } = await listMembers(workspace.tenantId, { limit: 50 });
    expect(data).toMatchObject([
      { id: workspace.userId, email: workspace.email, name: "Test Owner", role: "owner", twoFactor: false, workingKeys: 2 },
      { id: developer, role: "developer", twoFactor: true, workingKeys: 0 },
    ]);
  });

  test("comes in pages, each member once", async () => {
    const ids = [workspace.userId];
    for (const role of ["viewer", "viewer", "admin"] as const) ids.push(await add(role));
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await listMembers(workspace.tenantId, { limit: 3, cursor });
      seen.push(...page.data.map(({ id }) => id));
      cursor = page.next_cursor ?? undefined;
    } while (cursor);
    expect(seen).toEqual(ids);
  });
});

describe("changing a role", () => {
  test("is done and audited, once", async () => {
    const viewer = await add("viewer");
    await changeRole(boss(), viewer, "developer");
    await changeRole(boss(), viewer, "developer");
    expect((await rolesOf())[viewer]).toBe("developer");
    expect(await audited()).toEqual([{ action: "member.role_changed", actor_id: workspace.userId, target_id: viewer, before: { role: "viewer" }, after: { role: "developer" } }]);
  });

  test.each([
    ["admin", "viewer", "owner"], ["admin", "viewer", "billing"], ["admin", "owner", "viewer"], ["admin", "billing", "viewer"], ["developer", "viewer", "developer"], ["billing", "viewer", "billing"], ["viewer", "viewer", "viewer"],
  ] as const)("%s does not turn %s into %s", async (by, from, to) => {
    const [one, other] = [await add(by), await add(from)];
    await expect(changeRole(actor(one), other, to)).rejects.toMatchObject({ code: "scope_missing" });
    expect((await rolesOf())[other]).toBe(from);
    expect(await audited()).toEqual([]);
  });

  test.each([["admin", "owner"], ["admin", "billing"], ["developer", "admin"], ["billing", "owner"], ["viewer", "developer"]] as const)("%s does not make themselves %s", async (by, to) => {
    const one = await add(by);
    await expect(changeRole(actor(one), one, to)).rejects.toMatchObject({ code: "scope_missing" });
    expect((await rolesOf())[one]).toBe(by);
  });

  test("of the last owner is refused; of one of two it is not", async () => {
    await expect(changeRole(boss(), workspace.userId, "admin")).rejects.toMatchObject({ code: "conflict" });
    await add("owner");
    await changeRole(boss(), workspace.userId, "admin");
    expect((await rolesOf())[workspace.userId]).toBe("admin");
  });

  test("by somebody who is an admin by the request's word alone is refused", async () => {
    const [admin, viewer] = [await add("admin"), await add("viewer")];
    await changeRole(boss(), admin, "viewer");
    await expect(changeRole(actor(admin), viewer, "developer")).rejects.toMatchObject({ code: "scope_missing" });
    await removeMember(boss(), admin);
    await expect(changeRole(actor(admin), viewer, "developer")).rejects.toMatchObject({ code: "not_found" });
  });
});

describe("ending a membership", () => {
  test("takes it away and is audited with what it was", async () => {
    const admin = await add("admin");
    await removeMember(boss(), admin);
    expect(Object.keys(await rolesOf())).toEqual([workspace.userId]);
    expect(await audited()).toMatchObject([{ action: "member.removed", target_id: admin, before: { role: "admin", email: `${admin}@test.example` } }]);
    await expect(removeMember(boss(), admin)).rejects.toMatchObject({ code: "not_found" });
  });

  test.each([["admin", "owner"], ["admin", "billing"], ["developer", "viewer"], ["viewer", "viewer"]] as const)("%s does not remove %s", async (by, from) => {
    const [one, other] = [await add(by), await add(from)];
    await expect(removeMember(actor(one), other)).rejects.toMatchObject({ code: "scope_missing" });
    expect((await rolesOf())[other]).toBe(from);
  });

  test.each(["admin", "developer", "billing", "viewer"] as const)("%s may always leave", async (role) => {
    const member = await add(role);
    await leaveTenant(actor(member));
    expect((await rolesOf())[member]).toBeUndefined();
    expect(await audited()).toMatchObject([{ action: "member.left", actor_id: member, target_id: member }]);
  });

  test("of the last owner is refused, leaving too", async () => {
    await add("admin");
    await expect(leaveTenant(boss())).rejects.toMatchObject({ code: "conflict" });
    await expect(removeMember(boss(), workspace.userId)).rejects.toMatchObject({ code: "conflict" });
    expect((await rolesOf())[workspace.userId]).toBe("owner");
  });
});

describe("handing over the ownership", () => {
  test("makes the other one owner and oneself an admin", async () => {
    const heir = await add("viewer");
    await transferOwnership(boss(), heir);
    expect(await rolesOf()).toEqual({ [workspace.userId]: "admin", [heir]: "owner" });
    expect(await audited()).toMatchObject([{ action: "tenant.ownership_transferred", target_id: heir, before: { role: "viewer", owner: workspace.userId }, after: { role: "owner", owner: heir } }]);
    await expect(transferOwnership(boss(), workspace.userId)).rejects.toMatchObject({ code: "scope_missing" });
  });

  test("is refused to anybody but an owner, to oneself and to somebody who is one", async () => {
    const [admin, second] = [await add("admin"), await add("owner")];
    await expect(transferOwnership(actor(admin), admin)).rejects.toMatchObject({ code: "scope_missing" });
    await expect(transferOwnership(boss(), workspace.userId)).rejects.toMatchObject({ code: "conflict" });
    await expect(transferOwnership(boss(), second)).rejects.toMatchObject({ code: "conflict" });
    expect(await rolesOf()).toEqual({ [workspace.userId]: "owner", [second]: "owner", [admin]: "admin" });
  });
});

describe("at the same moment", () => {
  test("two owners leave: one stays", async () => {
    const second = await add("owner");
    expect(await outcomes([leaveTenant(boss()), leaveTenant(actor(second))])).toEqual(["conflict", "done"]);
    expect(Object.values(await rolesOf())).toEqual(["owner"]);
  });

  test("two owners demote each other: one stays", async () => {
    const second = await add("owner");
    expect(await outcomes([changeRole(boss(), second, "admin"), changeRole(actor(second), workspace.userId, "viewer")])).toEqual(["done", "scope_missing"]);
    expect(Object.values(await rolesOf()).filter((role) => role === "owner")).toHaveLength(1);
  });

  test("the ownership is handed to two: one gets it", async () => {
    const heirs = [await add("admin"), await add("admin"), await add("admin")];
    expect(await outcomes(heirs.map((heir) => transferOwnership(boss(), heir)))).toEqual(["done", "scope_missing", "scope_missing"]);
    expect(Object.values(await rolesOf()).filter((role) => role === "owner")).toHaveLength(1);
  });
});

test("another workspace's member is one that does not exist, for every change", async () => {
  const other = await makeWorkspace();
  const nobody = newId("usr");
  for (const userId of [other.userId, nobody]) {
    for (const attempt of [() => changeRole(boss(), userId, "viewer"), () => removeMember(boss(), userId), () => transferOwnership(boss(), userId)]) {
      await expect(attempt()).rejects.toMatchObject({ code: "not_found", message: "There is no such member in this workspace." });
    }
  }
  // Nor may an owner elsewhere do anything here.
  for (const attempt of [() => changeRole(actor(other.userId), workspace.userId, "viewer"), () => leaveTenant(actor(other.userId))]) await expect(attempt()).rejects.toMatchObject({ code: "not_found" });
  expect(await rolesOf(other)).toEqual({ [other.userId]: "owner" });
});
