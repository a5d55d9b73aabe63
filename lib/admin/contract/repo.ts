import { callFunction } from "@/lib/platform/db";
import type { By } from "@/lib/admin/repo";
import type { ContractInput, Payment } from "@/lib/admin/contract/schema";

export type StaffContractRow = {
  price_cents: number; payment: Payment; days_until_due: number | null; starts_at: string; ends_at: string | null; terms: string; set_by: string; set_by_name: string | null;
  updated_at: string; ended_by: string | null; told_at: string | null; applied_at: string | null; problem: string | null; begun: boolean; over: boolean;
  account: { customer_id: string | null; subscription_id: string | null; status: string; plan_id: string | null; period_end: string | null; cancel_at: string | null; has_card: boolean } | null;
};

/** A tenant's contract, or null. The database itself checks that it is staff who asks, as in all that follows. */
export async function findStaffContractRow(staffId: string, tenantId: string): Promise<StaffContractRow | null> {
  const [row] = await callFunction<{ contract: StaffContractRow | null }>("staff_show_contract", "SELECT staff_show_contract($1, $2) AS contract", [staffId, tenantId]);
  return row?.contract ?? null;
}

/** Makes a contract or changes it, with its limits and the audit row; false when there is no such tenant. */
export async function setContractRow(by: By, { workspace, contract, limits }: ContractInput): Promise<boolean> {
  const [row] = await callFunction<{ done: boolean }>("staff_set_contract", "SELECT staff_set_contract($1, $2, $3::jsonb, $4::jsonb, $5, $6) AS done", [
    by.staffId, workspace, JSON.stringify(contract), JSON.stringify(limits), by.ip, by.requestId,
  ]);
  return row?.done ?? false;
}

/** Ends a contract; false when there is none that goes on. */
export async function endContractRow(by: By, tenantId: string, endsAt: Date): Promise<boolean> {
  const [row] = await callFunction<{ done: boolean }>("staff_end_contract", "SELECT staff_end_contract($1, $2, $3, $4, $5) AS done", [by.staffId, tenantId, endsAt, by.ip, by.requestId]);
  return row?.done ?? false;
}
