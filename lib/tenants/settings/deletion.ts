/** A workspace is deleted 30 days after an owner asked for it. Until then it is paused, can be read, and any owner keeps it. */
import { AppError } from "@/lib/core/errors";
import { DAY_MS } from "@/lib/core/time";
import { withTenant } from "@/lib/platform/db";
import { env } from "@/lib/platform/env";
import { log } from "@/lib/platform/log";
import { sendMail } from "@/lib/platform/mail";
import { enqueue, forgetJobsOf, openQueue } from "@/lib/platform/queue";
import { recordAudit, type Actor } from "@/lib/audit/service";
import { tenantDeletionMail } from "@/lib/notifications/tenant-mails";
import { lockTenant } from "@/lib/tenants/service";
import { findTenantRow, isOwner, listOwnerIds, purgeTenantRows, updateTenantRow } from "@/lib/tenants/settings/repo";
import { findUser } from "@/lib/users/service";

/** How long a workspace can still be kept. */
export const GRACE_MS = 30 * DAY_MS;
/** What a workspace is paused for while its deletion is asked for. */
export const DELETION_PAUSE = "deletion";
/** Rows that one statement of the purge deletes. */
const BATCH = 5_000;

/**
 * Asks for the deletion of the workspace: pauses it, unless something else has, and has every owner told. Asking twice changes nothing.
 * @param confirm the workspace's slug, typed
 * @throws AppError `invalid_field` with the field `confirm`
 */
export async function requestDeletion(actor: Actor, confirm: string): Promise<Date> {
  const { tenantId } = actor;
  await openQueue();
  return withTenant(tenantId, async (tx) => {
    await lockTenant(tx, tenantId);
    const row = await findTenantRow(tx, tenantId);
    if (!row) throw gone();
    if (confirm !== row.slug) throw new AppError("invalid_field", `Type \`${row.slug}\` to confirm. Nothing was changed.`, { param: "confirm" });
    if (row.deleteAfter) return row.deleteAfter;
    const now = new Date();
    const deleteAfter = new Date(now.getTime() + GRACE_MS);
    await updateTenantRow(tx, tenantId, { deleteAfter, ...(row.pausedAt ? {} : { pausedAt: now, pauseReason: DELETION_PAUSE }) });
    await recordAudit(tx, actor, { action: "tenant.deletion_requested", targetType: "tenant", targetId: tenantId, after: { delete_after: deleteAfter.toISOString() } });
    for (const userId of await listOwnerIds(tx, tenantId)) await enqueue(tx, "mail.tenant_deletion", { tenantId, userId, askedBy: actor.userId });
    await enqueue(tx, "billing.deletion", { tenantId });
    return deleteAfter;
  });
}

/**
 * Keeps a workspace whose deletion was asked for, and ends the pause that came with it. Keeping one that nobody wants deleted changes nothing.
 * @throws AppError `conflict` once its time has come, `not_found` when the purge was faster
 */
export async function keepTenant(actor: Actor): Promise<void> {
  const { tenantId } = actor;
  await openQueue();
  await withTenant(tenantId, async (tx) => {
    await lockTenant(tx, tenantId);
    const row = await findTenantRow(tx, tenantId);
    // The purge may have begun while this waited for the lock; it shuts the doors first.
    if (!row || !(await isOwner(tx, tenantId, actor.userId))) throw gone();
    if (!row.deleteAfter) return;
    if (row.deleteAfter.getTime() <= Date.now()) throw new AppError("conflict", "The time to keep this workspace is over; it is being deleted.");
    await updateTenantRow(tx, tenantId, { deleteAfter: null, ...(row.pauseReason === DELETION_PAUSE ? { pausedAt: null, pauseReason: null } : {}) });
    await recordAudit(tx, actor, { action: "tenant.kept", targetType: "tenant", targetId: tenantId, before: { delete_after: row.deleteAfter.toISOString() } });
    await enqueue(tx, "billing.deletion", { tenantId });
  });
}

/** Tells one owner. Job `mail.tenant_deletion`; says nothing when the workspace was kept or they own it no more. */
export async function mailDeletion(job: { tenantId: string; userId: string; askedBy: string }, jobId: string): Promise<void> {
  const { tenantId, userId } = job;
  const row = await withTenant(tenantId, async (tx) => ((await isOwner(tx, tenantId, userId)) ? findTenantRow(tx, tenantId) : null));
  const [user, asker] = [row?.deleteAfter ? await findUser(userId) : null, await findUser(job.askedBy)];
  if (!row?.deleteAfter || !user) return;
  const messageId = `<${jobId}@${new URL(env().APP_URL).hostname}>`;
  await sendMail({ to: user.email, messageId, ...(await tenantDeletionMail({ name: row.name, askedBy: asker && asker.name, deleteAfter: row.deleteAfter, url: `${env().APP_URL}/t/${row.slug}` })) });
}

/** Deletes everything of the workspaces whose time has come. A call that is cut off is gone on with by the next. Returns how many rows went. */
export async function purgeDueTenants(batch: number = BATCH): Promise<number> {
  for (let deleted = 0; ; ) {
    const purge = await purgeTenantRows(batch);
    if (!purge) return deleted;
    deleted += purge.deleted;
    await forgetJobsOf(purge.tenant_id);
    if (purge.finished) log().info({ tenant_id: purge.tenant_id }, "workspace purged");
  }
}

function gone(): AppError {
  return new AppError("not_found", "There is no such workspace, or you do not own it any more.");
}
