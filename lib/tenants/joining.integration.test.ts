/** Accepting an invitation, against the real database: once, by the right person, and only while everything still holds. */
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { giveToken } from "@/e2e/fixtures/invitations";
import { makeUser } from "@/e2e/fixtures/session";
import { makeWorkspace, owner, type Workspace } from "@/e2e/fixtures/workspace";
import { newId } from "@/lib/core/ids";
import { closeDb } from "@/lib/platform/db";
import { inviteMember, revokeInvitation } from "@/lib/tenants/invitations";
import { acceptInvitation, joinWithNewAccount, peekInvitation } from "@/lib/tenants/joining";
import { changeRole, removeMember } from "@/lib/tenants/members";
import type { Role } from "@/lib/tenants/policy";
import { checkPassword, createUser, findUser, type UserIdentity } from "@/lib/users/service";

const PASSWORD = "seven unlikely otters";
const ORIGIN = { ip: "192.0.2.1", userAgent: "Test", requestId: newId("req") };
let workspace: Workspace;
beforeEach(async () => {
  workspace = await makeWorkspace({ members: 3 });
});
afterAll(() => closeDb());

const actor = (userId: string) => ({ tenantId: workspace.tenantId, id: userId, userId, ip: "192.0.2.1", requestId: newId("req") });
const boss = () => actor(workspace.userId);
const address = () => `${newId("usr").slice(-12)}@test.example`;

async function invited(email = address(), role: Role = "developer", by = boss()): Promise<{ id: string; email: string; token: string }> {
  const id = await inviteMember(by, { email, role });
  return { id, email, token: await giveToken(id) };
}
async function person(): Promise<UserIdentity> {
  const user = await findUser(await makeUser(null));
  if (!user) throw new Error("the user was just made");
  return user;
}
async function members(): Promise<{ user_id: string; role: string }[]> {
  return (await owner().query<{ user_id: string; role: string }>("SELECT user_id, role FROM member WHERE tenant_id = $1 AND user_id <> $2", [workspace.tenantId, workspace.userId])).rows;
}
const dead = { code: "not_found" };

describe("somebody with an account", () => {
  test("joins with the role they were invited with, once, and the log tells it", async () => {
    const user = await person();
    const { id, token } = await invited(user.email);
    expect(await peekInvitation(token)).toMatchObject({ hasAccount: true, role: "developer" });
    expect(await acceptInvitation(token, user, ORIGIN)).toBe(workspace.slug);
    expect(await members()).toEqual([{ user_id: user.id, role: "developer" }]);
    const { rows } = await owner().query("SELECT actor_id, target_id, after FROM audit_log WHERE tenant_id = $1 AND action = 'member.joined'", [workspace.tenantId]);
    expect(rows).toEqual([{ actor_id: user.id, target_id: user.id, after: { role: "developer", email: user.email, invitation: id, invited_by: workspace.userId } }]);
    expect(await peekInvitation(token)).toBeNull();
    await removeMember(boss(), user.id);
    await expect(acceptInvitation(token, user, ORIGIN)).rejects.toMatchObject(dead);
    expect(await members()).toEqual([]);
  });

  test("signed in as somebody else does not join", async () => {
    const { token } = await invited();
    await expect(acceptInvitation(token, await person(), ORIGIN)).rejects.toMatchObject({ code: "scope_missing" });
    expect(await members()).toEqual([]);
    expect(await peekInvitation(token)).not.toBeNull();
  });

  test("in many tabs at once joins once", async () => {
    const user = await person();
    const { token } = await invited(user.email);
    const results = await Promise.allSettled(Array.from({ length: 5 }, () => acceptInvitation(token, user, ORIGIN)));
    expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    for (const result of results) if (result.status === "rejected") expect(result.reason).toMatchObject(dead);
    expect(await members()).toHaveLength(1);
    expect((await owner().query("SELECT 1 FROM audit_log WHERE tenant_id = $1 AND action = 'member.joined'", [workspace.tenantId])).rowCount).toBe(1);
  });

  test("who has become a member otherwise keeps the role that they have", async () => {
    const user = await person();
    const { token } = await invited(user.email, "admin");
    await owner().query("INSERT INTO member (tenant_id, user_id, role) VALUES ($1, $2, 'viewer')", [workspace.tenantId, user.id]);
    await expect(acceptInvitation(token, user, ORIGIN)).rejects.toMatchObject({ code: "conflict" });
    expect(await members()).toEqual([{ user_id: user.id, role: "viewer" }]);
  });
});

describe("somebody without an account", () => {
  test("gets one with the invited address, confirmed, and the membership with it", async () => {
    const { email, token } = await invited();
    const { slug, user } = await joinWithNewAccount(token, { name: "Ada", password: PASSWORD }, ORIGIN);
    expect(slug).toBe(workspace.slug);
    expect(user).toMatchObject({ email, name: "Ada", isStaff: false });
    expect(await members()).toEqual([{ user_id: user.id, role: "developer" }]);
    expect(await checkPassword(email, PASSWORD)).toMatchObject({ id: user.id });
    const { rows } = await owner().query("SELECT email_verified_at IS NOT NULL AS confirmed FROM user_account WHERE id = $1", [user.id]);
    expect(rows).toEqual([{ confirmed: true }]);
    expect((await owner().query("SELECT action FROM account_event WHERE user_id = $1", [user.id])).rows).toEqual([{ action: "account.created" }]);
  });

  test("in many tabs at once gets one account and one membership", async () => {
    const { email, token } = await invited();
    const results = await Promise.allSettled(Array.from({ length: 4 }, () => joinWithNewAccount(token, { name: "Ada", password: PASSWORD }, ORIGIN)));
    expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    expect(await members()).toHaveLength(1);
    expect((await owner().query("SELECT 1 FROM user_account WHERE email = $1", [email])).rowCount).toBe(1);
  });

  test("with a password that is easy to guess gets neither, and the link still works", async () => {
    const { email, token } = await invited();
    for (const password of ["password123", `${email.split("@")[0]}1`]) await expect(joinWithNewAccount(token, { name: "Ada", password }, ORIGIN)).rejects.toMatchObject({ code: "invalid_field", param: "password" });
    expect(await members()).toEqual([]);
    expect(await peekInvitation(token)).toMatchObject({ hasAccount: false });
  });

  test("an account that exists cannot be taken over, and is not joined without its owner", async () => {
    const { email, token } = await invited();
    await createUser({ email, name: "Owner of the address", password: PASSWORD, isStaff: false });
    await expect(joinWithNewAccount(token, { name: "Mallory", password: "another unlikely word" }, ORIGIN)).rejects.toMatchObject({ code: "conflict" });
    expect(await members()).toEqual([]);
    expect(await checkPassword(email, PASSWORD)).toMatchObject({ name: "Owner of the address" });
    expect(await peekInvitation(token)).toMatchObject({ hasAccount: true });
  });

  test("when the seat is gone there is no account either", async () => {
    const { email, token } = await invited();
    await owner().query("UPDATE plan SET members = 1 WHERE id = $1", [workspace.planId]);
    await expect(joinWithNewAccount(token, { name: "Ada", password: PASSWORD }, ORIGIN)).rejects.toMatchObject({ code: "plan_required" });
    expect((await owner().query("SELECT 1 FROM user_account WHERE email = $1", [email])).rowCount).toBe(0);
    expect(await members()).toEqual([]);
  });
});

describe("what changed since the mail", () => {
  const changes: Record<string, (inviter: string, id: string) => Promise<unknown>> = {
    "it expired": (_inviter, id) => owner().query("UPDATE invitation SET expires_at = now() - interval '1 second' WHERE id = $1", [id]),
    "it was revoked": (_inviter, id) => revokeInvitation(boss(), id),
    "the inviter was demoted": (inviter) => changeRole(boss(), inviter, "developer"),
    "the inviter was removed": (inviter) => removeMember(boss(), inviter),
    "the domain is not allowed any more": () => owner().query("UPDATE tenant SET invitation_domains = '{acme.test}' WHERE id = $1", [workspace.tenantId]),
    "the workspace is to be deleted": () => owner().query("UPDATE tenant SET delete_after = now() + interval '30 days' WHERE id = $1", [workspace.tenantId]),
  };
  test.each(Object.keys(changes))("%s: the link is dead for everybody", async (what) => {
    const inviter = await makeUser({ workspace, role: "admin" });
    const user = await person();
    const { id, token } = await invited(user.email, "admin", actor(inviter));
    await changes[what]?.(inviter, id);
    expect(await peekInvitation(token)).toBeNull();
    await expect(acceptInvitation(token, user, ORIGIN)).rejects.toMatchObject(dead);
    expect((await members()).map(({ user_id }) => user_id)).not.toContain(user.id);
  });

  test("a role that the inviter may still give is given, one that they may not is not", async () => {
    const inviter = await makeUser({ workspace, role: "owner" });
    await owner().query("UPDATE plan SET members = 10 WHERE id = $1", [workspace.planId]);
    const [one, two] = [await person(), await person()];
    const [high, low] = [await invited(one.email, "billing", actor(inviter)), await invited(two.email, "viewer", actor(inviter))];
    await changeRole(boss(), inviter, "admin");
    await expect(acceptInvitation(high.token, one, ORIGIN)).rejects.toMatchObject(dead);
    await acceptInvitation(low.token, two, ORIGIN);
    expect((await members()).filter(({ user_id }) => user_id !== inviter)).toEqual([{ user_id: two.id, role: "viewer" }]);
  });

  test("a plan that became smaller lets in as many as it has seats, however many accept at once", async () => {
    const people = [await person(), await person()];
    const tokens: string[] = [];
    for (const one of people) tokens.push((await invited(one.email)).token);
    await owner().query("UPDATE plan SET members = 2 WHERE id = $1", [workspace.planId]);
    const results = await Promise.allSettled(people.map((one, at) => acceptInvitation(tokens[at] ?? "", one, ORIGIN)));
    expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    for (const result of results) if (result.status === "rejected") expect(result.reason).toMatchObject({ code: "plan_required", status: 402 });
    expect(await members()).toHaveLength(1);
  });

  test("whatever happens first, revoking or accepting, the other one is refused", async () => {
    const user = await person();
    const { id, token } = await invited(user.email);
    const [accepted, revoked] = await Promise.allSettled([acceptInvitation(token, user, ORIGIN), revokeInvitation(boss(), id)]);
    expect([accepted.status, revoked.status].sort()).toEqual(["fulfilled", "rejected"]);
    expect(await members()).toHaveLength(accepted.status === "fulfilled" ? 1 : 0);
  });
});
