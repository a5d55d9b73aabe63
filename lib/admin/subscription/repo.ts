import { callFunction } from "@/lib/platform/db";
import type { AccountState } from "@/lib/billing/account/state";

/** Times are ISO instants, as JSON has them. */
export type SubscriptionRow = {
  account: null | {
    customer_id: string | null; synced_at: string | null; subscription_id: string | null; status: AccountState["status"]; plan_id: AccountState["planId"]; price_cents: number | null;
    anchor_at: string | null; period_start: string | null; period_end: string | null; trial_starts_at: string | null; trial_ends_at: string | null; cancel_at: string | null; ended_at: string | null;
    schedule_id: string | null; scheduled_plan_id: AccountState["scheduledPlanId"]; scheduled_at: string | null; past_due_since: string | null; card: AccountState["card"];
    email: string | null; country: string | null; tax_ids: AccountState["taxIds"]; discount: AccountState["discount"]; pending: AccountState["pending"]; balance_cents: number;
  };
  contract: null | { price_cents: number; starts_at: string; ends_at: string | null };
  invoices: {
    id: string; number: string | null; status: string; total_cents: number; due_cents: number; paid_cents: number; refunded_cents: number;
    hosted_url: string | null; pdf_url: string | null; created_at: string; finalized_at: string | null;
  }[];
  /** The oldest first. */
  open: { id: string; remaining_cents: number; reason: string | null; due_at: string | null; opened_at: string; url: string | null }[];
};

/** How a tenant stands with its subscription, and its newest invoices, at most so many. The database itself checks that `staffId` is staff. */
export async function findSubscriptionRow(staffId: string, tenantId: string, most: number): Promise<SubscriptionRow> {
  const [row] = await callFunction<{ shown: SubscriptionRow }>("staff_show_subscription", "SELECT staff_show_subscription($1, $2, $3) AS shown", [staffId, tenantId, most]);
  if (!row) throw new Error("a function returns a row");
  return row.shown;
}
