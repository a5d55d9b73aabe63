/**
 * Mails about money leave the platform at least once and are recognisable as the same: a row for what is to be told, written with
 * the change that it tells of, a job that fans it out, and a job for each person.
 */
import { withTenant, type Tx } from "@/lib/platform/db";
import { env } from "@/lib/platform/env";
import { sendMail } from "@/lib/platform/mail";
import { enqueue, openQueue } from "@/lib/platform/queue";
import { findMailRow, insertMailRow, listMemberIds, takeMailRow } from "@/lib/billing/mails/repo";
import { renderBillingMail } from "@/lib/notifications/billing/render";
import { billingMailSchema, type BillingMail } from "@/lib/notifications/billing/schema";
import { findUser } from "@/lib/users/service";

/** A dispute is between the bank and who owns the workspace; everything else is also for who looks after its billing. */
const rolesTold = (kind: string): readonly string[] => (kind === "dispute_opened" ? ["owner"] : ["owner", "billing"]);

/**
 * Has a mail sent, in the transaction of the change that it tells of. Call `openQueue` before that transaction.
 * @param key names the change within the tenant, the same however often the change is seen: a second mail with it is not sent
 * @returns false when there is a mail with this key already
 */
export async function writeBillingMail(tx: Tx, tenantId: string, key: string, mail: BillingMail): Promise<boolean> {
  if (!(await insertMailRow(tx, tenantId, key, mail))) return false;
  await enqueue(tx, "billing.tell", { tenantId, mailKey: key });
  return true;
}

/** Queues one mail for each person who is told, once. Job `billing.tell`. */
export async function tellOfBilling({ tenantId, mailKey }: { tenantId: string; mailKey: string }): Promise<void> {
  await openQueue();
  await withTenant(tenantId, async (tx) => {
    const kind = await takeMailRow(tx, tenantId, mailKey);
    if (kind === null) return;
    for (const userId of await listMemberIds(tx, tenantId, rolesTold(kind))) await enqueue(tx, "mail.billing", { tenantId, mailKey, userId });
  });
}

/**
 * Tells one person. Job `mail.billing`; a repeat is the same mail, by its Message-ID. Says nothing to who left or lost the role
 * meanwhile.
 * @throws ZodError for a row that no release of this program could have written
 */
export async function mailBilling({ tenantId, mailKey, userId }: { tenantId: string; mailKey: string; userId: string }): Promise<void> {
  const row = await withTenant(tenantId, async (tx) => {
    const found = await findMailRow(tx, tenantId, mailKey);
    return found && (await listMemberIds(tx, tenantId, rolesTold(found.kind), userId)).length > 0 ? found : null;
  });
  const user = row && (await findUser(userId));
  if (!row || !user) return;
  const mail = billingMailSchema.parse({ ...(row.data as object), kind: row.kind });
  const { APP_URL } = env();
  const messageId = `<${row.id}.${userId}@${new URL(APP_URL).hostname}>`;
  await sendMail({ to: user.email, messageId, ...(await renderBillingMail(mail, { workspace: row.workspace, url: `${APP_URL}/t/${row.slug}/billing` })) });
}
