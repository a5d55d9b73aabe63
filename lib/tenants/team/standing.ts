import type { Tx } from "@/lib/platform/db";
import { invitationFault } from "@/lib/tenants/policy";
import { findMemberRow, type InvitationRow } from "@/lib/tenants/team/repo";
import { requireTeamSettings } from "@/lib/tenants/team/seats";

export type Standing = { fault: "expired" | "void" | null; workspace: string; inviter: string | null };

/** Whether an open invitation could be accepted as things are now, into what it is, and who invites; null: they left. */
export async function findStanding(tx: Tx, invitation: InvitationRow): Promise<Standing> {
  const { tenantId, invitedBy } = invitation;
  const inviter = await findMemberRow(tx, tenantId, invitedBy);
  const { name, invitationDomains, deleteAfter } = await requireTeamSettings(tx, tenantId);
  const fault = invitationFault(invitation, { inviterRole: inviter?.role ?? null, domains: invitationDomains, at: new Date() });
  return { fault: deleteAfter === null ? fault : "void", workspace: name, inviter: inviter?.user.name ?? null };
}
