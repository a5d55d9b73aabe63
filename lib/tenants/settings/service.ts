import { AppError } from "@/lib/core/errors";
import { withTenant, type Tx } from "@/lib/platform/db";
import { recordAudit, type Actor } from "@/lib/audit/service";
import { lockTenant, type SessionRef } from "@/lib/tenants/service";
import {
  countMembers, findMovedSlug, findTenantRow, isSlugFreeNow, listOldSlugs, lockSlugs, moveSlugRow, updateTenantRow, type TenantRow,
} from "@/lib/tenants/settings/repo";
import type { AccessSettings, GeneralSettings } from "@/lib/tenants/settings/schema";

/** Old slugs that a workspace may keep: each is one that nobody else can have. */
export const MOST_OLD_SLUGS = 20;

export type TenantSettings = {
  name: string; slug: string; requireTwoFactor: boolean; invitationDomains: string[]; contentRetentionDays: number;
  members: number;
  /** Members who could not enter if a second factor were required now. */
  membersWithoutTwoFactor: number;
  /** Addresses that lead here. */
  oldSlugs: string[];
};

/** A workspace's settings. @throws AppError `not_found` */
export async function readSettings(tenantId: string): Promise<TenantSettings> {
  return withTenant(tenantId, async (tx) => {
    const row = await requireTenant(tx, tenantId);
    const { members, withoutTwoFactor } = await countMembers(tx, tenantId);
    return {
      name: row.name, slug: row.slug, requireTwoFactor: row.requireTwoFactor, invitationDomains: row.invitationDomains, contentRetentionDays: row.contentRetentionDays,
      members, membersWithoutTwoFactor: withoutTwoFactor, oldSlugs: await listOldSlugs(tx, tenantId),
    };
  });
}

/**
 * Changes a workspace's name and slug; returns the slug that it has now. The slug before leads to the new one and stays
 * the workspace's own.
 * @throws AppError `conflict` with the field `slug` when somebody else has it or had it
 */
export async function updateGeneral(actor: Actor, { name, slug }: GeneralSettings): Promise<string> {
  const after = await change(actor, "tenant.updated", (row) => ({ name: row.name, slug: row.slug }), async (tx, before) => {
    if (slug !== before.slug) await moveSlug(tx, before, slug);
    await updateTenantRow(tx, before.id, { name });
  });
  return after.slug;
}

/**
 * Changes who may become and stay a member.
 * @param actorHasTwoFactor nobody locks out others by a rule that they do not keep, nor themselves
 * @throws AppError `conflict` with the field `require_two_factor`
 */
export async function updateAccess(actor: Actor, actorHasTwoFactor: boolean, input: AccessSettings): Promise<void> {
  await change(actor, "tenant.access_updated", accessOf, async (tx, before) => {
    if (input.require_two_factor && !before.requireTwoFactor && !actorHasTwoFactor) {
      throw new AppError("conflict", "Turn on two-factor authentication in your own account first.", { param: "require_two_factor" });
    }
    await updateTenantRow(tx, before.id, { requireTwoFactor: input.require_two_factor, invitationDomains: input.invitation_domains });
  });
}

/** Changes for how many days inputs and outputs of runs are kept. What is older is deleted within the hour. */
export async function updateRetention(actor: Actor, days: number): Promise<void> {
  await change(actor, "tenant.retention_updated", (row) => ({ content_retention_days: row.contentRetentionDays }), (tx, before) => updateTenantRow(tx, before.id, { contentRetentionDays: days }));
}

/** Where a workspace's old address leads, for its members; null for everybody else, as for an address that never was. */
export function findMovedTo(session: SessionRef, slug: string): Promise<string | null> {
  return findMovedSlug(session, slug);
}

type Settings = { name?: string; slug?: string; require_two_factor?: boolean; invitation_domains?: string[]; content_retention_days?: number };

/** Changes the tenant's row under its lock and records what it was and became; a change that changes nothing is not recorded. */
async function change(actor: Actor, action: string, settingsOf: (row: TenantRow) => Settings, work: (tx: Tx, before: TenantRow) => Promise<void>): Promise<TenantRow> {
  const { tenantId } = actor;
  return withTenant(tenantId, async (tx) => {
    await lockTenant(tx, tenantId);
    const row = await requireTenant(tx, tenantId);
    await work(tx, row);
    const changed = await requireTenant(tx, tenantId);
    const [before, after] = [settingsOf(row), settingsOf(changed)];
    if (JSON.stringify(before) !== JSON.stringify(after)) await recordAudit(tx, actor, { action, targetType: "tenant", targetId: tenantId, before, after });
    return changed;
  });
}

async function moveSlug(tx: Tx, tenant: TenantRow, slug: string): Promise<void> {
  await lockSlugs(tx, [tenant.slug, slug]);
  const old = await listOldSlugs(tx, tenant.id);
  const taken = new AppError("conflict", "Another workspace has this address, or had it before.", { param: "slug" });
  if (!old.includes(slug)) {
    if (!(await isSlugFreeNow(tx, slug))) throw taken;
    if (old.length >= MOST_OLD_SLUGS) throw new AppError("conflict", `This workspace has had ${MOST_OLD_SLUGS} addresses already. Take one of them back.`, { param: "slug" });
  }
  if (!(await moveSlugRow(tx, tenant.id, tenant.slug, slug))) throw taken;
}

function accessOf(row: TenantRow): Settings {
  return { require_two_factor: row.requireTwoFactor, invitation_domains: row.invitationDomains };
}

async function requireTenant(tx: Tx, tenantId: string): Promise<TenantRow> {
  const row = await findTenantRow(tx, tenantId);
  if (!row) throw new AppError("not_found", "There is no such workspace.");
  return row;
}
