/** Inviting and taking back, against the real database: who may, whom, how many, and what is mailed. */
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { giveToken } from "@/e2e/fixtures/invitations";
import { mailsTo, tokenIn } from "@/e2e/fixtures/mail";
import { makeUser } from "@/e2e/fixtures/session";
import { until } from "@/e2e/fixtures/until";
import { makeWorkspace, owner, type Workspace } from "@/e2e/fixtures/workspace";
import { newId } from "@/lib/core/ids";
import { DAY_MS } from "@/lib/core/time";
import { closeDb } from "@/lib/platform/db";
import { mailInvitation } from "@/lib/tenants/invitation-mail";
import { findInvitedAddress, inviteMember, listInvitations, resendInvitation, revokeInvitation } from "@/lib/tenants/invitations";
import { peekInvitation } from "@/lib/tenants/joining";
import { removeMember } from "@/lib/tenants/members";

let workspace: Workspace;
beforeEach(async () => {
  workspace = await makeWorkspace({ members: 4 });
});
afterAll(() => closeDb());

const actor = (userId: string) => ({ tenantId: workspace.tenantId, id: userId, userId, ip: "192.0.2.1", requestId: newId("req") });
const boss = () => actor(workspace.userId);
const address = () => `${newId("usr").slice(-12)}@test.example`;
const invite = (email = address()) => inviteMember(boss(), { email, role: "developer" });
const expire = (id: string) => owner().query("UPDATE invitation SET expires_at = now() - interval '1 second' WHERE id = $1", [id]);
const statuses = async () => (await listInvitations(workspace.tenantId)).invitations.map(({ status }) => status);
const audited = async () => (await owner().query<{ action: string; after: unknown }>("SELECT action, after FROM audit_log WHERE tenant_id = $1 ORDER BY id", [workspace.tenantId])).rows;
const jobsOf = async (id: string) => (await owner().query("SELECT 1 FROM pgboss.job WHERE name = 'mail.invitation' AND data->>'invitationId' = $1", [id])).rowCount;
const mail = (id: string) => mailInvitation({ tenantId: workspace.tenantId, invitationId: id }, newId("evt"));

const tokensTo = async (email: string, count: number) => (await until(() => mailsTo(email), (mails) => mails.length >= count)).map(tokenIn);

describe("inviting", () => {
  test("lists the invitation, audits it and queues its mail", async () => {
    const email = address();
    const id = await invite(email);
    const { invitations, seats } = await listInvitations(workspace.tenantId);
    expect(invitations).toMatchObject([{ id, email, role: "developer", invitedBy: "Test Owner", status: "open" }]);
    const left = Date.parse(invitations[0]?.expiresAt ?? "") - Date.now();
    expect(left).toBeGreaterThan(7 * DAY_MS - 60_000);
    expect(left).toBeLessThanOrEqual(7 * DAY_MS);
    expect(seats).toEqual({ limit: 4, members: 1, invitations: 1 });
    expect(await audited()).toEqual([{ action: "invitation.created", after: { email, role: "developer" } }]);
    expect(await jobsOf(id)).toBe(1);
    expect(await findInvitedAddress(workspace.tenantId, id)).toBe(email);
  });

  test("the mail's link shows the invitation, however often it is opened, and says nothing of the token in the database", async () => {
    const email = address();
    const id = await invite(email);
    await mail(id);
    const [token = ""] = await tokensTo(email, 1);
    for (let opened = 0; opened < 3; opened++) expect(await peekInvitation(token)).toEqual({ workspace: workspace.name, inviter: "Test Owner", role: "developer", email, hasAccount: false });
    const { rows } = await owner().query<{ text: string }>("SELECT to_jsonb(i)::text AS text FROM invitation i WHERE id = $1", [id]);
    expect(rows[0]?.text).not.toContain(token);
    expect(await peekInvitation(`${token}x`)).toBeNull();
    expect(await peekInvitation("")).toBeNull();
  });

  test("is refused for a member, for an address with an open invitation, and not after that one has expired", async () => {
    const email = address();
    await expect(inviteMember(boss(), { email: workspace.email, role: "viewer" })).rejects.toMatchObject({ code: "conflict", param: "email" });
    const id = await invite(email);
    await expect(invite(email)).rejects.toMatchObject({ code: "conflict", param: "email" });
    await expire(id);
    expect(await statuses()).toEqual(["expired"]);
    await invite(email);
    expect(await statuses()).toEqual(["open"]);
    expect((await audited()).map(({ action }) => action)).toEqual(["invitation.created", "invitation.revoked", "invitation.created"]);
  });

  test.each([["admin", "owner"], ["admin", "billing"], ["developer", "viewer"], ["billing", "billing"], ["viewer", "viewer"]] as const)("%s does not invite a %s", async (by, role) => {
    const one = await makeUser({ workspace, role: by });
    await expect(inviteMember(actor(one), { email: address(), role })).rejects.toMatchObject({ code: "scope_missing" });
    expect(await statuses()).toEqual([]);
  });

  test("only into the domains that the workspace allows, where it names any", async () => {
    await owner().query("UPDATE tenant SET invitation_domains = '{acme.test}' WHERE id = $1", [workspace.tenantId]);
    await expect(invite("ada@evil.test")).rejects.toMatchObject({ code: "invalid_field", param: "email" });
    await invite("ada@acme.test");
    await owner().query("UPDATE tenant SET invitation_domains = '{other.test}' WHERE id = $1", [workspace.tenantId]);
    expect(await statuses()).toEqual(["void"]);
  });
});

describe("seats", () => {
  test("are taken by members and open invitations, not by expired and revoked ones", async () => {
    await makeUser({ workspace, role: "viewer" });
    const [first, second] = [await invite(), await invite()];
    await expect(invite()).rejects.toMatchObject({ code: "plan_required", status: 402 });
    await expire(first);
    const third = await invite();
    await expect(resendInvitation(boss(), first)).rejects.toMatchObject({ code: "plan_required" });
    await revokeInvitation(boss(), second);
    await resendInvitation(boss(), first);
    await expect(invite()).rejects.toMatchObject({ code: "plan_required" });
    // One that stands keeps its seat when it is sent again.
    await resendInvitation(boss(), third);
  });

  test("however many ask at once, no more invitations are made than there are seats, and no mail without one", async () => {
    const results = await Promise.allSettled(Array.from({ length: 8 }, () => invite()));
    expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(3);
    for (const result of results) if (result.status === "rejected") expect(result.reason).toMatchObject({ code: "plan_required" });
    expect((await owner().query("SELECT 1 FROM pgboss.job WHERE name = 'mail.invitation' AND data->>'tenantId' = $1", [workspace.tenantId])).rowCount).toBe(3);
  });

  test("the same address asked at once by two is invited once", async () => {
    const email = address();
    const results = await Promise.allSettled([invite(email), invite(email), invite(email)]);
    expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  });
});

describe("sending again and taking back", () => {
  test("a new mail has a new link, and the old one stops before the mail is out", async () => {
    const email = address();
    const id = await invite(email);
    await mail(id);
    const [first = ""] = await tokensTo(email, 1);
    await owner().query("UPDATE invitation SET expires_at = now() + interval '1 minute' WHERE id = $1", [id]);
    await resendInvitation(boss(), id);
    expect(await peekInvitation(first)).toBeNull();
    await mail(id);
    const tokens = await tokensTo(email, 2);
    expect(new Set(tokens).size).toBe(2);
    const live = await Promise.all(tokens.map((token) => peekInvitation(token)));
    expect(live.filter((one) => one !== null)).toHaveLength(1);
    expect(await peekInvitation(first)).toBeNull();
    const { invitations } = await listInvitations(workspace.tenantId);
    expect(Date.parse(invitations[0]?.expiresAt ?? "") - Date.now()).toBeGreaterThan(6 * DAY_MS);
    expect(await jobsOf(id)).toBe(2);
  });

  test("a revoked invitation is gone, its link dead, its mail unsent, and cannot be revoked twice", async () => {
    const email = address();
    const id = await invite(email);
    const token = await giveToken(id);
    await revokeInvitation(boss(), id);
    expect(await peekInvitation(token)).toBeNull();
    expect(await statuses()).toEqual([]);
    await mail(id);
    expect((await owner().query<{ token_hash: Buffer }>("SELECT token_hash FROM invitation WHERE id = $1", [id])).rows[0]?.token_hash).not.toBeNull();
    expect(await mailsTo(email)).toEqual([]);
    for (const attempt of [() => revokeInvitation(boss(), id), () => resendInvitation(boss(), id)]) await expect(attempt()).rejects.toMatchObject({ code: "not_found" });
  });

  test("who may not give the role can neither send it again nor take it back", async () => {
    const id = await inviteMember(boss(), { email: address(), role: "billing" });
    const admin = await makeUser({ workspace, role: "admin" });
    for (const attempt of [() => resendInvitation(actor(admin), id), () => revokeInvitation(actor(admin), id)]) await expect(attempt()).rejects.toMatchObject({ code: "scope_missing" });
    expect(await statuses()).toEqual(["open"]);
  });

  test("an invitation of somebody who left is void until another one sends it again, in their own name", async () => {
    const admin = await makeUser({ workspace, role: "admin" });
    const id = await inviteMember(actor(admin), { email: address(), role: "developer" });
    const token = await giveToken(id);
    await removeMember(boss(), admin);
    expect(await statuses()).toEqual(["void"]);
    expect(await peekInvitation(token)).toBeNull();
    await resendInvitation(boss(), id);
    expect(await statuses()).toEqual(["open"]);
    expect(await peekInvitation(await giveToken(id))).toMatchObject({ inviter: "Test Owner" });
  });
});

test("another workspace's invitation is one that does not exist", async () => {
  const id = await invite();
  const other = await makeWorkspace();
  const stranger = { ...boss(), tenantId: other.tenantId, id: other.userId, userId: other.userId };
  for (const wanted of [id, newId("inv")]) {
    for (const attempt of [() => resendInvitation(stranger, wanted), () => revokeInvitation(stranger, wanted)]) await expect(attempt()).rejects.toMatchObject({ code: "not_found", message: "There is no such open invitation: it was accepted or revoked." });
    expect(await findInvitedAddress(other.tenantId, wanted)).toBeNull();
  }
  // Nor does a job that names the wrong tenant send anything.
  await mailInvitation({ tenantId: other.tenantId, invitationId: id }, "job");
  expect((await owner().query<{ token_hash: Buffer | null }>("SELECT token_hash FROM invitation WHERE id = $1", [id])).rows[0]?.token_hash).toBeNull();
  expect(await statuses()).toEqual(["open"]);
});
