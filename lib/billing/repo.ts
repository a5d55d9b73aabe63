import { Prisma, type BillingAccount } from "@/prisma/generated/client";
import { callFunction, type Tx } from "@/lib/platform/db";
import type { AccountDiscount, AccountState, Card, CustomerTaxId, PendingChange, SubscriptionStatus } from "@/lib/billing/account/state";
import type { ContractTerm, Entitlement } from "@/lib/billing/account/entitlement";
import type { PlanId } from "@/lib/billing/plans";

/** An account with what its writing depends on. */
export type StoredAccount = { customerId: string | null; syncSeq: number; state: AccountState };

export async function findAccount(tx: Tx, tenantId: string): Promise<StoredAccount | null> {
  const row = await tx.billingAccount.findUnique({ where: { tenantId } });
  return row && { customerId: row.customerId, syncSeq: Number(row.syncSeq), state: toState(row) };
}

/** Writes down whose customer a tenant is; the first one to say so is right. Returns the customer that stands. */
export async function insertCustomer(tx: Tx, tenantId: string, customerId: string): Promise<string> {
  await tx.billingAccount.createMany({ data: [{ tenantId }], skipDuplicates: true });
  await tx.billingAccount.updateMany({ where: { tenantId, customerId: null }, data: { customerId } });
  const row = await tx.billingAccount.findUniqueOrThrow({ where: { tenantId }, select: { customerId: true } });
  return row.customerId ?? customerId;
}

/** Writes an account that was fetched after `seenSeq` was read. False: somebody wrote meanwhile, and it has to be fetched again. */
export async function writeAccount(tx: Tx, tenantId: string, seenSeq: number, state: AccountState): Promise<boolean> {
  const { card, discount, pending, ...columns } = state;
  const { count } = await tx.billingAccount.updateMany({
    where: { tenantId, syncSeq: seenSeq },
    data: { ...columns, card: card ?? Prisma.DbNull, discount: discount ?? Prisma.DbNull, pending: pending ?? Prisma.DbNull, syncSeq: { increment: 1 }, syncedAt: new Date() },
  });
  return count === 1;
}

export async function findContractTerm(tx: Tx, tenantId: string): Promise<ContractTerm | null> {
  return tx.contract.findUnique({ where: { tenantId }, select: { startsAt: true, endsAt: true } });
}

export async function findEntitlement(tx: Tx, tenantId: string): Promise<Entitlement | null> {
  const row = await tx.tenant.findUnique({ where: { id: tenantId }, select: { planId: true, periodAnchorAt: true, trialEndsAt: true } });
  // The foreign key lets only plans of the table in.
  return row && { planId: row.planId as PlanId, anchorAt: row.periodAnchorAt, trialEndsAt: row.trialEndsAt };
}

/** Puts a plan in force: limits and caps are read from here by the next statement of anybody's. */
export async function setEntitlement(tx: Tx, tenantId: string, { planId, anchorAt, trialEndsAt }: Entitlement): Promise<void> {
  await tx.tenant.updateMany({ where: { id: tenantId }, data: { planId, periodAnchorAt: anchorAt, trialEndsAt } });
}

/** Whose customer it is at Stripe; null: nobody's here. */
export async function findTenantOfCustomer(customerId: string): Promise<string | null> {
  const rows = await callFunction<{ tenant_id: string | null }>("tenant_of_customer", "SELECT tenant_of_customer($1) AS tenant_id", [customerId]);
  return rows[0]?.tenant_id ?? null;
}

/** Tenants whose state the clock alone may have changed. */
export async function listAccountsDue(most: number): Promise<string[]> {
  const rows = await callFunction<{ tenant_id: string }>("billing_accounts_due", "SELECT billing_accounts_due($1) AS tenant_id", [most]);
  return rows.map((row) => row.tenant_id);
}

function toState(row: BillingAccount): AccountState {
  const { subscriptionId, priceCents, anchorAt, periodStart, periodEnd, trialStartsAt, trialEndsAt, cancelAt, endedAt, scheduleId, scheduledAt, pastDueSince, email, country, balanceCents } = row;
  return {
    subscriptionId, priceCents, anchorAt, periodStart, periodEnd, trialStartsAt, trialEndsAt, cancelAt, endedAt, scheduleId, scheduledAt, pastDueSince, email, country, balanceCents,
    // Only `writeAccount` writes these columns, from values of these types.
    status: row.status as SubscriptionStatus, planId: row.planId as PlanId | null, scheduledPlanId: row.scheduledPlanId as PlanId | null,
    card: row.card as Card | null, taxIds: row.taxIds as CustomerTaxId[], discount: row.discount as AccountDiscount | null, pending: row.pending as PendingChange | null,
  };
}
