import { AppError } from "@/lib/core/errors";
import { toList, type ListBody } from "@/lib/core/pagination";
import { withTenant, type Tx } from "@/lib/platform/db";
import { recordAudit, type Actor } from "@/lib/audit/service";
import { countWorkingKeys } from "@/lib/keys/service";
import { losesLastOwner, type Role } from "@/lib/tenants/policy";
import { countOwnerRows, deleteMemberRow, findMemberRow, listMemberRows, listSeatlessIds, setMemberRole, type MemberRow } from "@/lib/tenants/team/repo";
import { lockTeam, requireMayChange } from "@/lib/tenants/team/rights";

/** A member as the team page shows one. `id` is the user's. `readOnly`: the plan has no seat for them. */
export type Member = { id: string; name: string; email: string; role: Role; twoFactor: boolean; joinedAt: string; workingKeys: number; readOnly: boolean };

/** The members of a tenant in the order in which they joined, after the member `cursor`. */
export async function listMembers(tenantId: string, page: { limit: number; cursor?: string | undefined }): Promise<ListBody<Member>> {
  return withTenant(tenantId, async (tx) => {
    const rows = await listMemberRows(tx, tenantId, page.cursor, page.limit + 1);
    const keys = await countWorkingKeys(tx, tenantId);
    const seatless = new Set(await listSeatlessIds(tx, tenantId));
    return toList(rows.map((row) => ({ ...row, id: row.userId })), page.limit, (row) => toMember(row, keys.get(row.userId) ?? 0, seatless.has(row.userId)));
  });
}

/**
 * Gives a member another role. It holds from the member's next request on.
 * @throws AppError `not_found`, `scope_missing` where the actor may not give or take one of the roles, `conflict` for the last owner
 */
export async function changeRole(actor: Actor, userId: string, role: Role): Promise<void> {
  const { tenantId } = actor;
  await withTenant(tenantId, async (tx) => {
    const by = await lockTeam(tx, actor);
    const member = await requireMember(tx, tenantId, userId);
    requireMayChange(by, member.role, role);
    if (member.role === role) return;
    await requireOwnerLeft(tx, tenantId, member, role);
    await setMemberRole(tx, tenantId, userId, role);
    await recordAudit(tx, actor, { action: "member.role_changed", targetType: "member", targetId: userId, before: { role: member.role }, after: { role } });
  });
}

/**
 * Ends somebody's membership. Their keys may do nothing from now on; runs that they started go on.
 * @throws AppError `not_found`, `scope_missing`, `conflict` for the last owner
 */
export async function removeMember(actor: Actor, userId: string): Promise<void> {
  const { tenantId } = actor;
  await withTenant(tenantId, async (tx) => {
    const by = await lockTeam(tx, actor);
    const member = await requireMember(tx, tenantId, userId);
    requireMayChange(by, member.role, null);
    await endMembership(tx, actor, member, "member.removed");
  });
}

/** Ends the actor's own membership, whatever their role. @throws AppError `not_found`, `conflict` for the last owner */
export async function leaveTenant(actor: Actor): Promise<void> {
  await withTenant(actor.tenantId, async (tx) => {
    await lockTeam(tx, actor);
    await endMembership(tx, actor, await requireMember(tx, actor.tenantId, actor.userId), "member.left");
  });
}

/**
 * Makes another member the owner in the actor's place; the actor becomes an admin. Both or neither.
 * @throws AppError `not_found`, `scope_missing` for anybody but an owner, `conflict` when the other one is an owner already
 */
export async function transferOwnership(actor: Actor, userId: string): Promise<void> {
  const { tenantId } = actor;
  await withTenant(tenantId, async (tx) => {
    const by = await lockTeam(tx, actor);
    if (by !== "owner") throw new AppError("scope_missing", "Only an owner can hand over the ownership.");
    const member = await requireMember(tx, tenantId, userId);
    if (member.role === "owner") throw new AppError("conflict", userId === actor.userId ? "You are the owner already." : `${member.user.name} is an owner already. To be none any more, change your own role.`);
    await setMemberRole(tx, tenantId, userId, "owner");
    await setMemberRole(tx, tenantId, actor.userId, "admin");
    await recordAudit(tx, actor, {
      action: "tenant.ownership_transferred", targetType: "member", targetId: userId,
      before: { role: member.role, owner: actor.userId }, after: { role: "owner", owner: userId, former_owner_role: "admin" },
    });
  });
}

async function requireMember(tx: Tx, tenantId: string, userId: string): Promise<MemberRow> {
  const member = await findMemberRow(tx, tenantId, userId);
  if (!member) throw new AppError("not_found", "There is no such member in this workspace.");
  return member;
}

async function endMembership(tx: Tx, actor: Actor, member: MemberRow, action: "member.removed" | "member.left"): Promise<void> {
  await requireOwnerLeft(tx, actor.tenantId, member, null);
  await deleteMemberRow(tx, actor.tenantId, member.userId);
  await recordAudit(tx, actor, { action, targetType: "member", targetId: member.userId, before: { role: member.role, email: member.user.email } });
}

async function requireOwnerLeft(tx: Tx, tenantId: string, member: MemberRow, role: Role | null): Promise<void> {
  if (!losesLastOwner(member.role, role, await countOwnerRows(tx, tenantId))) return;
  throw new AppError("conflict", "A workspace has an owner at all times, and this is the only one. Make somebody else an owner first.");
}

function toMember(row: MemberRow, workingKeys: number, readOnly: boolean): Member {
  return {
    id: row.userId, name: row.user.name, email: row.user.email, twoFactor: row.user.totpEnabledAt !== null, joinedAt: row.createdAt.toISOString(), workingKeys, readOnly,
    // The column's check constraint allows these values only.
    role: row.role as Role,
  };
}
