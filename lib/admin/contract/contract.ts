/** Contracts as staff make, change and end them. The SQL functions check that it is staff who asks and write the audit row. */
import { AppError } from "@/lib/core/errors";
import { tendContract } from "@/lib/billing/contract";
import { sellsPlans } from "@/lib/billing/service";
import { forgetKeysOf } from "@/lib/keys/service";
import { endContractRow, findStaffContractRow, setContractRow } from "@/lib/admin/contract/repo";
import type { ContractInput, StaffContract } from "@/lib/admin/contract/schema";
import type { By } from "@/lib/admin/repo";

const iso = (at: string): string => new Date(at).toISOString();
const isoOrNull = (at: string | null): string | null => at && iso(at);
/** Null unless it is the mark of the newest terms. */
const markOf = (at: string | null, updatedAt: string): string | null => (at !== null && Date.parse(at) === Date.parse(updatedAt) ? iso(at) : null);

/** The contract of a tenant by its id, for a member of staff; null where none was ever made. */
export async function getStaffContract(staffId: string, tenantId: string): Promise<StaffContract | null> {
  const row = await findStaffContractRow(staffId, tenantId);
  if (!row) return null;
  const { account } = row;
  return {
    state: row.over ? "over" : row.begun ? "in_force" : "coming",
    priceCents: row.price_cents, payment: row.payment, daysUntilDue: row.days_until_due, startsAt: iso(row.starts_at), endsAt: isoOrNull(row.ends_at), terms: row.terms,
    setBy: row.set_by_name ?? row.set_by, updatedAt: iso(row.updated_at), endedBy: row.ended_by,
    toldAt: markOf(row.told_at, row.updated_at), appliedAt: markOf(row.applied_at, row.updated_at), problem: row.problem,
    account: account && {
      customerId: account.customer_id, subscriptionId: account.subscription_id, status: account.status, planId: account.plan_id,
      periodEnd: isoOrNull(account.period_end), cancelAt: isoOrNull(account.cancel_at), hasCard: account.has_card,
    },
  };
}

/**
 * Agrees a contract with a tenant, or other terms. The plan, the limits and Stripe follow at once as far as they answer, and are
 * brought about by a worker otherwise.
 * @throws AppError `not_found`, `invalid_field` for a payment through Stripe where there is none
 */
export async function setContract(by: By, input: ContractInput): Promise<void> {
  if (input.contract.payment !== "outside" && !sellsPlans()) throw new AppError("invalid_field", "This installation has no Stripe: it can only be paid outside of it.", { param: "payment" });
  if (!(await setContractRow(by, input))) throw new AppError("not_found", "There is no such workspace any more. Nothing was changed.");
  await followed(input.workspace);
}

/**
 * Ends a tenant's contract, at once or with the period that is running at Stripe; without one there, at once. One that has not
 * begun is gone. @throws AppError `not_found`
 */
export async function endContract(by: By, tenantId: string, when: "period" | "now"): Promise<void> {
  const contract = await getStaffContract(by.staffId, tenantId);
  const periodEnd = contract?.account?.planId === "enterprise" ? contract.account.periodEnd : null;
  const endsAt = when === "period" && periodEnd !== null ? new Date(periodEnd) : new Date();
  if (!(await endContractRow(by, tenantId, endsAt))) throw new AppError("not_found", "This workspace has no contract that goes on. Nothing was changed.");
  await followed(tenantId);
}

async function followed(tenantId: string): Promise<void> {
  await tendContract(tenantId);
  // The edge keeps a key's requests a minute for a while; now it has to ask.
  await forgetKeysOf(tenantId);
}
