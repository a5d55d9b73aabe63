import type { Prisma } from "@/prisma/generated/client";
import type { PageQuery } from "@/lib/core/pagination";
import { callFunction, type Tx } from "@/lib/platform/db";

const WITH_AGENT = { agent: { select: { slug: true } } } satisfies Prisma.ScheduleInclude;
export type ScheduleRow = Prisma.ScheduleGetPayload<{ include: typeof WITH_AGENT }>;

/** Newest first, one more than asked for. */
export function listScheduleRows(tx: Tx, tenantId: string, page: PageQuery): Promise<ScheduleRow[]> {
  return tx.schedule.findMany({ where: { tenantId, ...(page.cursor ? { id: { lt: page.cursor } } : {}) }, orderBy: { id: "desc" }, take: page.limit + 1, include: WITH_AGENT });
}

export function findScheduleRow(tx: Tx, tenantId: string, id: string): Promise<ScheduleRow | null> {
  return tx.schedule.findFirst({ where: { tenantId, id }, include: WITH_AGENT });
}

export function countScheduleRows(tx: Tx, tenantId: string): Promise<number> {
  return tx.schedule.count({ where: { tenantId } });
}

export function insertScheduleRow(tx: Tx, data: Prisma.ScheduleUncheckedCreateInput): Promise<ScheduleRow> {
  return tx.schedule.create({ data, include: WITH_AGENT });
}

export async function updateScheduleRow(tx: Tx, tenantId: string, id: string, change: Prisma.ScheduleUncheckedUpdateManyInput): Promise<void> {
  await tx.schedule.updateMany({ where: { tenantId, id }, data: change });
}

export async function deleteScheduleRow(tx: Tx, tenantId: string, id: string): Promise<void> {
  await tx.schedule.deleteMany({ where: { tenantId, id } });
}

export type DueRow = { tenant_id: string; id: string; due_at: Date };

/** Schedules whose time has come and that no other worker gets for a minute. */
export function claimDueRows(most: number): Promise<DueRow[]> {
  return callFunction<DueRow>("claim_schedules", "SELECT * FROM claim_schedules($1)", [most]);
}

/** Moves a schedule on from the time that is due. False: somebody has done so already, or it was paused, changed or deleted. */
export async function moveOn(tx: Tx, due: DueRow, change: { nextRunAt: Date; failure: string | null; failedAt: Date | null }): Promise<boolean> {
  const { count } = await tx.schedule.updateMany({ where: { tenantId: due.tenant_id, id: due.id, enabled: true, nextRunAt: due.due_at }, data: { ...change, claimedUntil: null } });
  return count === 1;
}
