/**
 * Contracts that staff make with Enterprise customers. The row is the agreement; what follows from it (the plan in force, what
 * the customer is told, what Stripe charges) is brought about after it was written, and again until it is.
 */
import { withTenant } from "@/lib/platform/db";
import { reportError } from "@/lib/platform/report-error";
import { billingEnabled } from "@/lib/platform/stripe";
import { ensureCustomer } from "@/lib/billing/account/customer";
import { fetchAccount } from "@/lib/billing/account/fetch";
import { presentSubscription, projectAccount } from "@/lib/billing/account/projection";
import { enforceStored, syncAccount } from "@/lib/billing/account/sync";
import { soldOf, takeStep } from "@/lib/billing/contract/at-stripe";
import { stateOf, stepFor, type ContractState, type Payment } from "@/lib/billing/contract/policy";
import { findContract, findHolder, listContractsDue, markContract, noteTry, type AgreedLimits, type ContractRow } from "@/lib/billing/contract/repo";
import { tellOfContract } from "@/lib/billing/contract/tell";
import { findAccount } from "@/lib/billing/repo";
import { closeCheckouts } from "@/lib/billing/open-checkouts";

const MOST_AT_ONCE = 50;

/** A contract as its customer sees it. Times are ISO instants; a limit of null: the plan's own. */
export type ContractView = {
  state: ContractState; priceCents: number; payment: Payment; daysUntilDue: number | null; startsAt: string; endsAt: string | null; terms: string; limits: AgreedLimits;
};

/** What was agreed with a tenant; null where nothing ever was. */
export async function getContract(tenantId: string): Promise<ContractView | null> {
  const row = await withTenant(tenantId, (tx) => findContract(tx, tenantId));
  if (!row) return null;
  const { priceCents, payment, daysUntilDue, startsAt, endsAt, terms, limits } = row;
  return { state: stateOf(row, new Date()), priceCents, payment, daysUntilDue, startsAt: startsAt.toISOString(), endsAt: endsAt?.toISOString() ?? null, terms, limits };
}

/** Brings about what is due of every contract: those that begin or end, and what failed before. Returns how many were due. */
export async function tendContracts(): Promise<number> {
  const due = await listContractsDue(billingEnabled(), MOST_AT_ONCE);
  // One after the other: Stripe allows only so many requests, and nobody waits for these.
  for (const tenantId of due) await tendContract(tenantId);
  return due.length;
}

/**
 * Brings about what follows from a tenant's contract now. What fails is written down with the contract and tried again by
 * `tendContracts`; nothing is thrown, because what was agreed stands.
 */
export async function tendContract(tenantId: string): Promise<void> {
  try {
    await withTenant(tenantId, (tx) => noteTry(tx, tenantId));
    const contract = await withTenant(tenantId, (tx) => findContract(tx, tenantId));
    if (!contract) return;
    await tellOfContract(tenantId, contract);
    await putInForce(tenantId, contract);
    if (billingEnabled()) await apply(tenantId, contract);
  } catch (error) {
    reportError(error, { job: "tend contract", tenant_id: tenantId });
    const contract = await withTenant(tenantId, (tx) => findContract(tx, tenantId));
    if (contract) await withTenant(tenantId, (tx) => markContract(tx, tenantId, contract.updatedAt, { problem: "Stripe could not be asked, or refused. It is tried again." }));
  }
}

async function putInForce(tenantId: string, contract: ContractRow): Promise<void> {
  const holder = await withTenant(tenantId, (tx) => findHolder(tx, tenantId));
  if (holder && (holder.planId === "enterprise") !== (stateOf(contract, new Date()) === "in_force")) await enforceStored(tenantId);
}

async function apply(tenantId: string, contract: ContractRow): Promise<void> {
  const now = new Date();
  const state = stateOf(contract, now);
  if (state === "coming") return;
  const [account, holder] = await withTenant(tenantId, async (tx) => [await findAccount(tx, tenantId), await findHolder(tx, tenantId)]);
  const billed = state === "in_force" && contract.payment !== "outside";
  const customerId = account?.customerId ?? (billed && holder ? await ensureCustomer(tenantId, { name: holder.workspace, email: holder.email }) : null);
  const done = { appliedAt: contract.updatedAt, problem: null };
  if (customerId === null) return withTenant(tenantId, (tx) => markContract(tx, tenantId, contract.updatedAt, done));
  if (state === "in_force") await closeCheckouts(customerId, (id) => `contract_expire:${tenantId}:${id}`);
  // What Stripe has now decides, and not what was stored of it.
  const snapshot = await fetchAccount(customerId);
  const { status, card, country } = projectAccount(snapshot);
  const subscription = presentSubscription(snapshot.subscriptions);
  const overage = contract.limits.overageMicrosPerMinute !== null;
  const step = stepFor(contract, overage, subscription && soldOf(subscription, status), card !== null, now);
  if (step.kind === "wait") return withTenant(tenantId, (tx) => markContract(tx, tenantId, contract.updatedAt, { problem: step.problem }));
  await takeStep(step, { tenantId, contract, overage, customerId, country }, subscription);
  const after = await syncAccount(tenantId);
  const unpaid = billed && (after?.status === "incomplete" || after?.status === "incomplete_expired");
  await withTenant(tenantId, (tx) => markContract(tx, tenantId, contract.updatedAt, unpaid ? { problem: "The first payment failed." } : done));
}
