/** Alerts leave the platform at least once: taken, fanned out and mailed by jobs that are queued in the transaction before them. */
import { isId } from "@/lib/core/ids";
import { withTenant, withoutTenant } from "@/lib/platform/db";
import { env } from "@/lib/platform/env";
import { sendMail } from "@/lib/platform/mail";
import { enqueue, openQueue } from "@/lib/platform/queue";
import { isOutdone, listAlertRows, listToldIds, takeAlertRows } from "@/lib/alerts/repo";
import { alertWords } from "@/lib/alerts/words";
import { requireCapState } from "@/lib/caps/service";
import { alertMail } from "@/lib/notifications/alert-mails";
import { findUser } from "@/lib/users/service";

const MOST_AT_ONCE = 100;

/** Queues the telling of every alert that nobody was told of. Called each second by workers; several at once take each alert once. Returns how many. */
export async function tellOfAlerts(): Promise<number> {
  await openQueue();
  return withoutTenant(async (tx) => {
    const alerts = await takeAlertRows(tx, MOST_AT_ONCE);
    for (const { alert_id: alertId, tenant_id: tenantId } of alerts) await enqueue(tx, "alert.tell", { tenantId, alertId });
    return alerts.length;
  });
}

/**
 * Queues one mail for each owner, admin and billing member, so that an address that refuses it holds up nobody else. Of thresholds that
 * one step passed, the highest alone is mailed: it says what the lower ones would. Job `alert.tell`.
 */
export async function tellOfAlert({ tenantId, alertId }: { tenantId: string; alertId: string }): Promise<void> {
  await openQueue();
  await withTenant(tenantId, async (tx) => {
    if (await isOutdone(tx, tenantId, alertId)) return;
    for (const userId of await listToldIds(tx, tenantId)) await enqueue(tx, "mail.usage_alert", { tenantId, alertId, userId });
  });
}

/**
 * Tells one person. Job `mail.usage_alert`; a repeat is the same mail, by its Message-ID. Says nothing to who left or lost
 * the role meanwhile.
 */
export async function mailAlert({ tenantId, alertId, userId }: { tenantId: string; alertId: string; userId: string }): Promise<void> {
  if (!isId("alr", alertId)) return;
  const found = await withTenant(tenantId, async (tx) => {
    const [[alert], told] = [await listAlertRows(tx, tenantId, { id: alertId, most: 1 }), await listToldIds(tx, tenantId, userId)];
    return alert && told.length > 0 ? { alert, state: await requireCapState(tx, tenantId) } : null;
  });
  const user = found && (await findUser(userId));
  if (!found || !user) return;
  const { alert, state } = found;
  const words = alertWords(alert, state);
  const messageId = `<${alertId}.${userId}@${new URL(env().APP_URL).hostname}>`;
  await sendMail({ to: user.email, messageId, ...(await alertMail({ workspace: state.name, ...words, periodEnd: state.period.end, url: `${env().APP_URL}/t/${state.slug}/caps` })) });
}
