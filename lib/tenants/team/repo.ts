import type { Invitation } from "@/prisma/generated/client";
import { callFunction, type Tx } from "@/lib/platform/db";
import type { Role } from "@/lib/tenants/policy";

export type InvitationRow = Invitation;
type Hash = Uint8Array<ArrayBuffer>;

const WITH_USER = { userId: true, role: true, createdAt: true, user: { select: { name: true, email: true, totpEnabledAt: true } } } as const;
export type MemberRow = { userId: string; role: string; createdAt: Date; user: { name: string; email: string; totpEnabledAt: Date | null } };

/** In the order in which they joined, after the member `cursor` where one is given. */
export function listMemberRows(tx: Tx, tenantId: string, cursor: string | undefined, most: number): Promise<MemberRow[]> {
  return tx.member.findMany({
    where: { tenantId }, select: WITH_USER, orderBy: [{ createdAt: "asc" }, { userId: "asc" }], take: most,
    ...(cursor ? { cursor: { tenantId_userId: { tenantId, userId: cursor } }, skip: 1 } : {}),
  });
}

export function findMemberRow(tx: Tx, tenantId: string, userId: string): Promise<MemberRow | null> {
  return tx.member.findFirst({ where: { tenantId, userId }, select: WITH_USER });
}

/** Those of these people who are members, by their ids. */
export async function findMemberRows(tx: Tx, tenantId: string, userIds: string[]): Promise<ReadonlyMap<string, MemberRow>> {
  const rows = await tx.member.findMany({ where: { tenantId, userId: { in: userIds } }, select: WITH_USER });
  return new Map(rows.map((row) => [row.userId, row]));
}

export async function hasMemberWithEmail(tx: Tx, tenantId: string, email: string): Promise<boolean> {
  return (await tx.member.count({ where: { tenantId, user: { email } } })) > 0;
}

export function countMemberRows(tx: Tx, tenantId: string): Promise<number> {
  return tx.member.count({ where: { tenantId } });
}

export function countOwnerRows(tx: Tx, tenantId: string): Promise<number> {
  return tx.member.count({ where: { tenantId, role: "owner" } });
}

export async function setMemberRole(tx: Tx, tenantId: string, userId: string, role: Role): Promise<void> {
  await tx.member.updateMany({ where: { tenantId, userId }, data: { role } });
}

export async function deleteMemberRow(tx: Tx, tenantId: string, userId: string): Promise<void> {
  await tx.member.deleteMany({ where: { tenantId, userId } });
}

export type TeamSettings = { name: string; invitationDomains: string[]; deleteAfter: Date | null; seats: number | null };

/** What the tenant says of who may come in, and how many its plan, or what was agreed in its place, has room for. */
export async function findTeamSettings(tx: Tx, tenantId: string): Promise<TeamSettings | null> {
  const rows = await tx.$queryRaw<TeamSettings[]>`
    SELECT t.name, t.invitation_domains AS "invitationDomains", t.delete_after AS "deleteAfter", l.members AS seats FROM tenant t JOIN effective_limit l ON l.tenant_id = t.id WHERE t.id = ${tenantId}`;
  return rows[0] ?? null;
}

/** Members whom the plan has no seat for, in the order in which they would get one: owners first, then by when they joined. As `past_seats` of the database. */
export async function listSeatlessIds(tx: Tx, tenantId: string): Promise<string[]> {
  const rows = await tx.$queryRaw<{ user_id: string }[]>`
    SELECT m.user_id FROM member m WHERE m.tenant_id = ${tenantId} ORDER BY m.role <> 'owner', m.created_at, m.user_id
    OFFSET (SELECT coalesce(l.members, 2147483647) FROM effective_limit l WHERE l.tenant_id = ${tenantId})`;
  return rows.map((row) => row.user_id);
}

/** Neither accepted nor revoked, those that have expired included; newest first. */
export function listInvitationRows(tx: Tx, tenantId: string, most: number): Promise<InvitationRow[]> {
  return tx.invitation.findMany({ where: { tenantId, acceptedAt: null, revokedAt: null }, orderBy: { id: "desc" }, take: most });
}

/** How many invitations may still be accepted. */
export function countOpenInvitationRows(tx: Tx, tenantId: string, now: Date): Promise<number> {
  return tx.invitation.count({ where: { tenantId, acceptedAt: null, revokedAt: null, expiresAt: { gt: now } } });
}

/** An invitation that was neither accepted nor revoked; it may have expired. */
export function findInvitationRow(tx: Tx, tenantId: string, which: { id: string } | { email: string }): Promise<InvitationRow | null> {
  return tx.invitation.findFirst({ where: { tenantId, acceptedAt: null, revokedAt: null, ...which } });
}

export async function insertInvitationRow(tx: Tx, row: { id: string; tenantId: string; email: string; role: Role; invitedBy: string; expiresAt: Date }): Promise<void> {
  await tx.invitation.createMany({ data: [row] });
}

/** Changes an open invitation; false when it is none. */
export async function updateInvitationRow(
  tx: Tx, tenantId: string, id: string, data: { invitedBy: string; expiresAt: Date; tokenHash: null } | { tokenHash: Hash } | { revokedAt: Date } | { acceptedAt: Date },
): Promise<boolean> {
  const { count } = await tx.invitation.updateMany({ where: { tenantId, id, acceptedAt: null, revokedAt: null }, data });
  return count === 1;
}

export type FoundInvitation = { invitation_id: string; tenant_id: string; tenant_name: string; email: string; role: string; inviter_name: string | null };

/** The invitation of a mailed token while it can be accepted, whoever's it is. */
export async function findInvitationOfToken(hash: Hash): Promise<FoundInvitation | null> {
  const rows = await callFunction<FoundInvitation>("invitation_of_token", "SELECT * FROM invitation_of_token($1)", [Buffer.from(hash)]);
  return rows[0] ?? null;
}
