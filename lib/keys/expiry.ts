import { withoutTenant, withTenant } from "@/lib/platform/db";
import { env } from "@/lib/platform/env";
import { sendMail } from "@/lib/platform/mail";
import { enqueue, openQueue } from "@/lib/platform/queue";
import { keyExpiresMail } from "@/lib/notifications/key-mails";
import { findTenantSlug } from "@/lib/tenants/service";
import { findUser } from "@/lib/users/service";
import { findKeyRow, findMembers, takeExpiringKeys } from "@/lib/keys/repo";

const MOST_AT_ONCE = 100;

/** Queues one warning for each key that ends within seven days, once a key and end. Returns how many. */
export async function warnOfExpiry(): Promise<number> {
  await openQueue();
  return withoutTenant(async (tx) => {
    const keys = await takeExpiringKeys(tx, MOST_AT_ONCE);
    for (const key of keys) await enqueue(tx, "mail.key_expires", { tenantId: key.tenant_id, keyId: key.key_id });
    return keys.length;
  });
}

/** Tells a key's maker that it ends. Job `mail.key_expires`; says nothing about a key that was revoked or given more time meanwhile, nor to someone who left. */
export async function mailKeyExpires(job: { tenantId: string; keyId: string }, jobId: string): Promise<void> {
  const { tenantId, keyId } = job;
  const found = await withTenant(tenantId, async (tx) => {
    const key = await findKeyRow(tx, tenantId, keyId);
    if (!key?.expiresAt || key.revokedAt || !key.expiryWarnedAt) return null;
    const makers = await findMembers(tx, tenantId, [key.createdBy]);
    return makers.has(key.createdBy) ? { key, endsAt: key.expiresAt, slug: await findTenantSlug(tx, tenantId) } : null;
  });
  const maker = found && (await findUser(found.key.createdBy));
  if (!found?.slug || !maker) return;
  const { key, endsAt, slug } = found;
  const messageId = `<${jobId}@${new URL(env().APP_URL).hostname}>`;
  await sendMail({ to: maker.email, messageId, ...(await keyExpiresMail({ name: key.name, prefix: key.prefix, endsAt, url: `${env().APP_URL}/t/${slug}/keys` })) });
}
