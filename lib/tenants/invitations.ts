import { AppError } from "@/lib/core/errors";
import { newId } from "@/lib/core/ids";
import { DAY_MS } from "@/lib/core/time";
import { withTenant, type Tx } from "@/lib/platform/db";
import { enqueue, openQueue } from "@/lib/platform/queue";
import { recordAudit, type Actor } from "@/lib/audit/service";
import { invitationFault, isDomainAllowed, type Role } from "@/lib/tenants/policy";
import type { Invite } from "@/lib/tenants/schema";
import { findInvitationRow, findMemberRows, hasMemberWithEmail, insertInvitationRow, listInvitationRows, updateInvitationRow, type InvitationRow, type MemberRow } from "@/lib/tenants/team/repo";
import { lockTeam, requireMayChange } from "@/lib/tenants/team/rights";
import { countSeats, requireSeat, requireTeamSettings, type Seats } from "@/lib/tenants/team/seats";

export type { Seats };

/** For how long an invitation can be accepted. */
export const INVITATION_MS = 7 * DAY_MS;
const MOST_LISTED = 200;

/** `void`: whoever invited may not let anybody in with this role any more, or the address is not allowed any more. */
export type OpenInvitation = { id: string; email: string; role: Role; invitedBy: string | null; expiresAt: string; status: "open" | "expired" | "void" };

/** Invitations that were neither accepted nor revoked, newest first, and who takes the plan's seats. */
export async function listInvitations(tenantId: string): Promise<{ invitations: OpenInvitation[]; seats: Seats }> {
  return withTenant(tenantId, async (tx) => {
    const rows = await listInvitationRows(tx, tenantId, MOST_LISTED);
    const inviters = await findMemberRows(tx, tenantId, rows.map((row) => row.invitedBy));
    const { invitationDomains } = await requireTeamSettings(tx, tenantId);
    return { invitations: rows.map((row) => toOpenInvitation(row, inviters.get(row.invitedBy), invitationDomains)), seats: await countSeats(tx, tenantId) };
  });
}

/** The address that an open invitation is for, or null when there is none such. */
export async function findInvitedAddress(tenantId: string, id: string): Promise<string | null> {
  return withTenant(tenantId, async (tx) => (await findInvitationRow(tx, tenantId, { id }))?.email ?? null);
}

/**
 * Asks somebody by mail to become a member. Returns the invitation's id.
 * @throws AppError `scope_missing` for a role that the actor does not give, `invalid_field` for a domain that the tenant
 *   does not allow, `conflict` for a member and for somebody who is invited already, `plan_required` without a free seat
 */
export async function inviteMember(actor: Actor, { email, role }: Invite): Promise<string> {
  const { tenantId, userId } = actor;
  await openQueue();
  const id = newId("inv");
  await withTenant(tenantId, async (tx) => {
    requireMayChange(await lockTeam(tx, actor), null, role);
    await requireAllowedDomain(tx, tenantId, email);
    if (await hasMemberWithEmail(tx, tenantId, email)) throw new AppError("conflict", "Whoever has this address is a member already.", { param: "email" });
    await closeExpired(tx, actor, email);
    await requireSeat(tx, tenantId, "invite");
    await insertInvitationRow(tx, { id, tenantId, email, role, invitedBy: userId, expiresAt: newExpiry() });
    await enqueue(tx, "mail.invitation", { tenantId, invitationId: id });
    await recordAudit(tx, actor, { action: "invitation.created", targetType: "invitation", targetId: id, after: { email, role } });
  });
  return id;
}

/**
 * Mails an invitation once more, for another seven days and in the actor's name. The link of the mail before stops working now.
 * @throws AppError as `inviteMember`, and `not_found`
 */
export async function resendInvitation(actor: Actor, id: string): Promise<void> {
  const { tenantId, userId } = actor;
  await openQueue();
  await withTenant(tenantId, async (tx) => {
    const by = await lockTeam(tx, actor);
    const before = await requireInvitation(tx, tenantId, id);
    requireMayChange(by, null, before.role);
    await requireAllowedDomain(tx, tenantId, before.email);
    // One that has expired had given its seat back.
    if (before.expiresAt <= new Date()) await requireSeat(tx, tenantId, "invite");
    await updateInvitationRow(tx, tenantId, id, { invitedBy: userId, expiresAt: newExpiry(), tokenHash: null });
    await enqueue(tx, "mail.invitation", { tenantId, invitationId: id });
    await recordAudit(tx, actor, { action: "invitation.resent", targetType: "invitation", targetId: id, after: { email: before.email, role: before.role } });
  });
}

/** Takes an invitation back: its link stops working now. @throws AppError `not_found`, `scope_missing` */
export async function revokeInvitation(actor: Actor, id: string): Promise<void> {
  const { tenantId } = actor;
  await withTenant(tenantId, async (tx) => {
    const by = await lockTeam(tx, actor);
    const before = await requireInvitation(tx, tenantId, id);
    requireMayChange(by, before.role, null);
    await updateInvitationRow(tx, tenantId, id, { revokedAt: new Date() });
    await recordAudit(tx, actor, { action: "invitation.revoked", targetType: "invitation", targetId: id, before: { email: before.email, role: before.role } });
  });
}

async function requireInvitation(tx: Tx, tenantId: string, id: string): Promise<InvitationRow> {
  const row = await findInvitationRow(tx, tenantId, { id });
  if (!row) throw new AppError("not_found", "There is no such open invitation: it was accepted or revoked.");
  return row;
}

async function requireAllowedDomain(tx: Tx, tenantId: string, email: string): Promise<void> {
  const { invitationDomains } = await requireTeamSettings(tx, tenantId);
  if (isDomainAllowed(email, invitationDomains)) return;
  throw new AppError("invalid_field", `This workspace invites addresses at ${invitationDomains.join(", ")} only. An owner or admin can change that in the settings.`, { param: "email" });
}

/** Makes room for a new invitation of the address; one that still stands is sent again instead. */
async function closeExpired(tx: Tx, actor: Actor, email: string): Promise<void> {
  const before = await findInvitationRow(tx, actor.tenantId, { email });
  if (!before) return;
  if (before.expiresAt > new Date()) throw new AppError("conflict", "This address is invited already. Send that invitation again, or revoke it first.", { param: "email" });
  await updateInvitationRow(tx, actor.tenantId, before.id, { revokedAt: new Date() });
  await recordAudit(tx, actor, { action: "invitation.revoked", targetType: "invitation", targetId: before.id, before: { email, role: before.role } });
}

function newExpiry(): Date {
  return new Date(Date.now() + INVITATION_MS);
}

function toOpenInvitation(row: InvitationRow, inviter: MemberRow | undefined, domains: readonly string[]): OpenInvitation {
  return {
    id: row.id, email: row.email, invitedBy: inviter?.user.name ?? null, expiresAt: row.expiresAt.toISOString(),
    status: invitationFault(row, { inviterRole: inviter?.role ?? null, domains, at: new Date() }) ?? "open",
    // The column's check constraint allows these values only.
    role: row.role as Role,
  };
}
