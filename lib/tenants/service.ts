import { randomInt } from "node:crypto";
import { AppError } from "@/lib/core/errors";
import { newId } from "@/lib/core/ids";
import { withTenant, type Tx } from "@/lib/platform/db";
import { recordAudit } from "@/lib/audit/service";
import type { PlanId } from "@/lib/billing/plans";
import { startingPlan } from "@/lib/billing/service";
import { findFreeWorkspaceName, findSlugRow, insertMemberRow, insertTenantRow, isSlugFree, listMembershipRows, lockFounder, lockTenantRow, type SessionRef } from "@/lib/tenants/repo";
import { slugFromName } from "@/lib/core/slug";

export type { SessionRef };

export type Membership = { tenantId: string; slug: string; name: string; role: string; planId: string };

/** The workspaces of a signed-in user; empty for an ended session. */
export async function listMemberships(session: SessionRef): Promise<Membership[]> {
  const rows = await listMembershipRows(session);
  return rows.map((row) => ({ tenantId: row.tenant_id, slug: row.slug, name: row.name, role: row.role, planId: row.plan_id }));
}

/** Who makes a workspace, and from where. */
export type Founder = SessionRef & { ip: string; requestId: string };

/**
 * Creates a workspace with its owner. The slug comes from the name, with digits added until nobody else has it.
 * On the plan that a workspace begins with, unless another one is named.
 * @throws AppError `plan_required` for a second Free workspace of one owner: the Free plan is for trying, once
 */
export async function createTenant(owner: Founder, name: string, planId: PlanId = startingPlan()): Promise<{ id: string; slug: string }> {
  for (let attempt = 0; ; attempt++) {
    const base = slugFromName(name);
    const slug = attempt === 0 ? base : `${base}-${randomInt(10 ** Math.min(1 + attempt, 6), 10 ** Math.min(2 + attempt, 7))}`;
    if (!(await isSlugFree(slug))) continue;
    const id = newId("ten");
    const created = await withTenant(id, async (tx) => {
      if (planId === "free") await requireFirstFree(tx, owner);
      const row = await insertTenantRow(tx, { id, slug, name, planId });
      // Somebody took the slug since we asked.
      if (!row) return false;
      await insertMemberRow(tx, { tenantId: id, userId: owner.userId, role: "owner" });
      const actor = { tenantId: id, id: owner.userId, userId: owner.userId, ip: owner.ip, requestId: owner.requestId };
      await recordAudit(tx, actor, { action: "tenant.created", targetType: "tenant", targetId: id, after: { slug, name, plan: planId } });
      return true;
    });
    if (created) return { id, slug };
  }
}

/** The slug of the transaction's tenant, or null when it is gone. */
export function findTenantSlug(tx: Tx, tenantId: string): Promise<string | null> {
  return findSlugRow(tx, tenantId);
}

async function requireFirstFree(tx: Tx, owner: Founder): Promise<void> {
  // Two tabs at once would both see none.
  await lockFounder(tx, owner.userId);
  const owned = await findFreeWorkspaceName(tx, owner);
  if (owned !== null) throw new AppError("plan_required", `You own a Free workspace already: ${owned}. There is one for each person.`);
}

/** Makes concurrent changes of one tenant that count something wait for each other, until the transaction ends. */
export async function lockTenant(tx: Tx, tenantId: string): Promise<void> {
  await lockTenantRow(tx, tenantId);
}
