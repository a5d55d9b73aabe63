import { DAY_MS } from "@/lib/core/time";
import { hashToken, newToken } from "@/lib/core/token";
import { withTenant } from "@/lib/platform/db";
import { env } from "@/lib/platform/env";
import { sendMail } from "@/lib/platform/mail";
import { invitationMail } from "@/lib/notifications/invitation-mails";
import { INVITATION_MS } from "@/lib/tenants/invitations";
import { findInvitationRow, updateInvitationRow } from "@/lib/tenants/team/repo";
import { findStanding } from "@/lib/tenants/team/standing";

/**
 * Sends the mail of an invitation with a link of its own. Job `mail.invitation`; a repeat replaces the link. Says nothing of
 * an invitation that was accepted, revoked or has lost its ground meanwhile.
 */
export async function mailInvitation(job: { tenantId: string; invitationId: string }, jobId: string): Promise<void> {
  const { tenantId, invitationId } = job;
  const token = newToken();
  const hash = await hashToken(token);
  const found = await withTenant(tenantId, async (tx) => {
    const invitation = await findInvitationRow(tx, tenantId, { id: invitationId });
    if (!invitation) return null;
    const { fault, inviter, workspace } = await findStanding(tx, invitation);
    if (fault !== null || inviter === null) return null;
    await updateInvitationRow(tx, tenantId, invitationId, { tokenHash: hash });
    return { invitation, inviter, workspace };
  });
  if (!found) return;
  const { invitation, inviter, workspace } = found;
  const messageId = `<${jobId}@${new URL(env().APP_URL).hostname}>`;
  const url = `${env().APP_URL}/invite?token=${token}`;
  await sendMail({ to: invitation.email, messageId, ...(await invitationMail({ workspace, inviter, role: invitation.role, days: INVITATION_MS / DAY_MS, url })) });
}
