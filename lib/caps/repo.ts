import { callFunction, type Tx } from "@/lib/platform/db";

type CapsRow = {
  name: string; slug: string; paused_at: Date | null; pause_reason: string | null; delete_after: Date | null; period_start: Date; period_end: Date;
  chosen: boolean; overage_enabled: boolean; spend_limit_micros: bigint; overage_micros_per_minute: bigint | null;
};

/** What moves a tenant's caps. Money in micro-dollars. */
export type CapState = {
  name: string; slug: string; pausedAt: Date | null; pauseReason: string | null; deleteAfter: Date | null;
  /** The period under way. */
  period: { start: Date; end: Date };
  /** The owner's choice, in effect or not. */
  choice: { enabled: boolean; limitMicros: number };
  /** In effect; `microsPerMinute` null: the plan has no overage. */
  overage: { enabled: boolean; spendLimitMicros: number; microsPerMinute: number | null };
};

export async function findCapState(tx: Tx, tenantId: string): Promise<CapState | null> {
  const rows = await tx.$queryRaw<CapsRow[]>`
    SELECT t.name, t.slug, t.paused_at, t.pause_reason, t.delete_after, b.period_start, b.period_end,
           t.overage_enabled AS chosen, l.overage_enabled, l.spend_limit_micros, l.overage_micros_per_minute
    FROM tenant t JOIN effective_limit l ON l.tenant_id = t.id CROSS JOIN LATERAL period_bounds(t.period_anchor_at, now(), t.trial_ends_at) b
    WHERE t.id = ${tenantId}`;
  const row = rows[0];
  if (!row) return null;
  const limitMicros = Number(row.spend_limit_micros);
  const price = row.overage_micros_per_minute;
  return {
    name: row.name, slug: row.slug, pausedAt: row.paused_at, pauseReason: row.pause_reason, deleteAfter: row.delete_after, period: { start: row.period_start, end: row.period_end },
    choice: { enabled: row.chosen, limitMicros },
    overage: { enabled: row.overage_enabled, spendLimitMicros: limitMicros, microsPerMinute: price === null ? null : Number(price) },
  };
}

export async function setOverageRow(tx: Tx, tenantId: string, choice: { enabled: boolean; limitMicros: number }): Promise<void> {
  await tx.tenant.updateMany({ where: { id: tenantId }, data: { overageEnabled: choice.enabled, spendLimitMicros: choice.limitMicros } });
}

export async function setPauseRow(tx: Tx, tenantId: string, pause: { at: Date; reason: string } | null): Promise<void> {
  await tx.tenant.updateMany({ where: { id: tenantId }, data: { pausedAt: pause?.at ?? null, pauseReason: pause?.reason ?? null } });
}

export type Counts = { running: number; queued: number; agents: number; members: number };

/** What there is of the things that are counted rather than metered. */
export async function countThings(tx: Tx, tenantId: string): Promise<Counts> {
  return {
    running: await tx.run.count({ where: { tenantId, status: "running" } }),
    queued: await tx.run.count({ where: { tenantId, status: "queued" } }),
    agents: await tx.agent.count({ where: { tenantId, archivedAt: null } }),
    members: await tx.member.count({ where: { tenantId } }),
  };
}

/** How many members the tenant may have; null: any number. */
export async function findMemberLimit(tx: Tx, tenantId: string): Promise<number | null> {
  const rows = await tx.$queryRaw<{ members: number | null }[]>`SELECT l.members FROM effective_limit l WHERE l.tenant_id = ${tenantId}`;
  return rows[0]?.members ?? null;
}

/** Ends the pauses whose reason is gone; returns whose. */
export async function liftPauseRows(): Promise<string[]> {
  const rows = await callFunction<{ tenant_id: string }>("lift_pauses", "SELECT lift_pauses() AS tenant_id", []);
  return rows.map((row) => row.tenant_id);
}
