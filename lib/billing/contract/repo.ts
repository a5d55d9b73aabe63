import { callFunction, type Tx } from "@/lib/platform/db";
import type { Contract, Payment } from "@/lib/billing/contract/policy";

/** Limits that were agreed, as the columns of `tenant_override`; null: the plan's own. */
export type AgreedLimits = {
  minutesMs: number | null; apiCalls: number | null; modelSpendMicros: number | null; overageMicrosPerMinute: number | null; requestsPerMinute: number | null;
  agents: number | null; members: number | null; concurrentRuns: number | null; queueDepth: number | null; longestRunMs: number | null;
};
export type ContractRow = Contract & { problem: string | null; limits: AgreedLimits };

/** A tenant's contract with the limits that belong to it, or null. */
export async function findContract(tx: Tx, tenantId: string): Promise<ContractRow | null> {
  const row = await tx.contract.findUnique({ where: { tenantId } });
  if (!row) return null;
  const override = await tx.tenantOverride.findUnique({ where: { tenantId } });
  const number = (value: bigint | number | null | undefined): number | null => (value === null || value === undefined ? null : Number(value));
  const { priceCents, daysUntilDue, startsAt, endsAt, terms, endedBy, updatedAt, toldAt, appliedAt, problem } = row;
  return {
    // The check constraint of the column allows these alone.
    payment: row.payment as Payment,
    priceCents, daysUntilDue, startsAt, endsAt, terms, endedBy, updatedAt, toldAt, appliedAt, problem,
    limits: {
      minutesMs: number(override?.minutesMs), apiCalls: number(override?.apiCalls), modelSpendMicros: number(override?.modelSpendMicros), overageMicrosPerMinute: number(override?.overageMicrosPerMinute),
      requestsPerMinute: number(override?.requestsPerMinute), agents: number(override?.agents), members: number(override?.members), concurrentRuns: number(override?.concurrentRuns),
      queueDepth: number(override?.queueDepth), longestRunMs: number(override?.longestRunMs),
    },
  };
}

export type Holder = { workspace: string; email: string; planId: string };

/** What the workspace is called, who is asked first about its bill, and which plan is in force. Null: it is gone. */
export async function findHolder(tx: Tx, tenantId: string): Promise<Holder | null> {
  const rows = await tx.$queryRaw<Holder[]>`
    SELECT t.name AS workspace, t.plan_id AS "planId", u.email FROM tenant t JOIN member m ON m.tenant_id = t.id AND m.role = 'owner' JOIN user_account u ON u.id = m.user_id
    WHERE t.id = ${tenantId} AND m.tenant_id = ${tenantId} ORDER BY m.created_at, m.user_id LIMIT 1`;
  return rows[0] ?? null;
}

/** Writes down how far a contract has come. Nothing is written when somebody changed it since `seen`. */
export async function markContract(tx: Tx, tenantId: string, seen: Date, change: { toldAt?: Date; appliedAt?: Date; problem?: string | null }): Promise<void> {
  await tx.contract.updateMany({ where: { tenantId, updatedAt: seen }, data: change });
}

/** Says that somebody is at it now: others leave it alone for a while. */
export async function noteTry(tx: Tx, tenantId: string): Promise<void> {
  await tx.$executeRaw`UPDATE contract SET tried_at = now() WHERE tenant_id = ${tenantId}`;
}

/** Tenants about whose contract something has to be done. @param sold whether Stripe is asked */
export async function listContractsDue(sold: boolean, most: number): Promise<string[]> {
  const rows = await callFunction<{ tenant_id: string }>("contracts_due", "SELECT contracts_due($1, $2) AS tenant_id", [sold, most]);
  return rows.map((row) => row.tenant_id);
}
