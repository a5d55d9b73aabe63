import { AppError } from "@/lib/core/errors";
import { hashToken } from "@/lib/core/token";
import { withTenant, type Tx } from "@/lib/platform/db";
import { recordAudit } from "@/lib/audit/service";
import type { Role } from "@/lib/tenants/policy";
import { insertMemberRow } from "@/lib/tenants/repo";
import type { Newcomer } from "@/lib/tenants/schema";
import { findTenantSlug, lockTenant } from "@/lib/tenants/service";
import { findInvitationOfToken, findInvitationRow, findMemberRow, updateInvitationRow, type InvitationRow } from "@/lib/tenants/team/repo";
import { requireSeat } from "@/lib/tenants/team/seats";
import { findStanding } from "@/lib/tenants/team/standing";
import type { Origin } from "@/lib/users/events";
import { addNewcomer, hasAccount, prepareNewcomer } from "@/lib/users/newcomers";
import type { UserIdentity } from "@/lib/users/service";

/** What whoever holds a mailed link may know: who asks whom, into what, and as what. */
export type Invited = { workspace: string; inviter: string; role: Role; email: string; hasAccount: boolean };

const DEAD = "This invitation is not valid any more: it was used, revoked or sent again, is older than seven days, or whoever sent it may not invite any more. Ask for a new one.";

/** The invitation of a mailed link while it can be accepted, without using it up: mail scanners open links too. */
export async function peekInvitation(token: string): Promise<Invited | null> {
  const found = await findInvitationOfToken(await hashToken(token));
  if (!found) return null;
  const standing = await withTenant(found.tenant_id, async (tx) => {
    const invitation = await findInvitationRow(tx, found.tenant_id, { id: found.invitation_id });
    return invitation && findStanding(tx, invitation);
  });
  if (!standing || standing.fault !== null || standing.inviter === null) return null;
  // The column's check constraint allows these values only.
  return { workspace: standing.workspace, inviter: standing.inviter, role: found.role as Role, email: found.email, hasAccount: await hasAccount(found.email) };
}

/**
 * Makes a signed-in user a member. Works once. Returns the workspace's slug.
 * @throws AppError `not_found` for a link that is dead, `scope_missing` for one that was mailed to another address,
 *   `conflict` for a member, `plan_required` when the plan has no seat left
 */
export async function acceptInvitation(token: string, user: UserIdentity, origin: Origin): Promise<string> {
  const { slug } = await join(await requireInvited(token), origin, async (_tx, invitation) => {
    if (user.email !== invitation.email) throw new AppError("scope_missing", "This invitation was mailed to another address than the one that you are signed in with.");
    return user;
  });
  return slug;
}

/**
 * Makes an account for the address of an invitation, and its owner a member: both or neither. Works once.
 * @throws AppError as `acceptInvitation`; `conflict` when the address has an account, `invalid_field` for a password that is easy to guess
 */
export async function joinWithNewAccount(token: string, newcomer: Newcomer, origin: Origin): Promise<{ slug: string; user: UserIdentity }> {
  const invited = await requireInvited(token);
  const prepared = await prepareNewcomer({ ...newcomer, email: invited.email });
  return join(invited, origin, async (tx) => {
    const user = await addNewcomer(tx, prepared, origin);
    if (!user) throw new AppError("conflict", "This address has an account already. Sign in, then open the link again.");
    return user;
  });
}

type InvitedByToken = { tenantId: string; id: string; email: string; hash: Uint8Array };

async function requireInvited(token: string): Promise<InvitedByToken> {
  const hash = await hashToken(token);
  const found = await findInvitationOfToken(hash);
  if (!found) throw new AppError("not_found", DEAD);
  return { tenantId: found.tenant_id, id: found.invitation_id, email: found.email, hash };
}

/** Uses up an invitation under the tenant's lock, where everything that may have changed since the mail is asked again. */
async function join({ tenantId, id, hash }: InvitedByToken, origin: Origin, whoJoins: (tx: Tx, invitation: InvitationRow) => Promise<UserIdentity>): Promise<{ slug: string; user: UserIdentity }> {
  return withTenant(tenantId, async (tx) => {
    await lockTenant(tx, tenantId);
    const invitation = await findInvitationRow(tx, tenantId, { id });
    if (!invitation?.tokenHash || Buffer.compare(invitation.tokenHash, hash) !== 0 || (await findStanding(tx, invitation)).fault !== null) throw new AppError("not_found", DEAD);
    const user = await whoJoins(tx, invitation);
    if (await findMemberRow(tx, tenantId, user.id)) throw new AppError("conflict", "You are a member of this workspace already.");
    await requireSeat(tx, tenantId, "join");
    // The column's check constraint allows these values only.
    const role = invitation.role as Role;
    await updateInvitationRow(tx, tenantId, invitation.id, { acceptedAt: new Date() });
    await insertMemberRow(tx, { tenantId, userId: user.id, role });
    const actor = { tenantId, id: user.id, userId: user.id, ip: origin.ip, requestId: origin.requestId };
    await recordAudit(tx, actor, {
      action: "member.joined", targetType: "member", targetId: user.id,
      after: { role, email: invitation.email, invitation: invitation.id, invited_by: invitation.invitedBy },
    });
    const slug = await findTenantSlug(tx, tenantId);
    if (slug === null) throw new Error("a locked tenant has a slug");
    return { slug, user };
  });
}
