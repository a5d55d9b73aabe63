import { withTenant } from "@/lib/platform/db";
import { env } from "@/lib/platform/env";
import { sendMail } from "@/lib/platform/mail";
import { webhookDisabledMail } from "@/lib/notifications/webhook-mails";
import { findTenantSlug } from "@/lib/tenants/service";
import { findUser } from "@/lib/users/service";
import { findEndpointRow, listOwnerIds } from "@/lib/webhooks/repo";

/** Tells one owner that an endpoint was disabled. Job `mail.webhook_disabled`; says nothing when it works again, is gone, or they own the workspace no more. */
export async function mailWebhookDisabled(job: { tenantId: string; endpointId: string; userId: string }, jobId: string): Promise<void> {
  const { tenantId, endpointId, userId } = job;
  const found = await withTenant(tenantId, async (tx) => {
    const row = await findEndpointRow(tx, tenantId, endpointId);
    const owns = (await listOwnerIds(tx, tenantId, userId)).length > 0;
    return row && !row.enabled && owns ? { row, slug: await findTenantSlug(tx, tenantId) } : null;
  });
  const user = found && (await findUser(userId));
  if (!found?.slug || !user) return;
  const { row, slug } = found;
  const messageId = `<${jobId}@${new URL(env().APP_URL).hostname}>`;
  const content = await webhookDisabledMail({ host: new URL(row.url).host, gone: row.disabledReason === "gone", url: `${env().APP_URL}/t/${slug}/webhooks/${row.id}` });
  await sendMail({ to: user.email, messageId, ...content });
}
