import { callFunction } from "@/lib/platform/db";

type By = { staffId: string; ip: string; requestId: string };
type Named = { slug: string | null; name: string | null };

export type EventListRow = Named & {
  id: string; type: string; object_id: string | null; status: string; outcome: string | null; error: string | null; deliveries: number; attempts: number;
  created_at: Date | string; received_at: Date | string; handled_at: Date | string | null; tenant_id: string | null;
};
export type EventRow = EventListRow & { api_version: string | null; retry_at: string | null; payload: unknown };

export type OverviewRow = {
  flags: { id: string; tenant_id: string; slug: string; name: string; kind: "refund" | "dispute"; invoice_id: string | null; charge_id: string; amount_cents: number; status: string; reason: string | null; created_at: string }[];
  past_due: { tenant_id: string; slug: string; name: string; customer_id: string | null; status: string; plan_id: string | null; plan_in_force: string; past_due_since: string; owed_cents: number }[];
  failed_events: (Named & { id: string; type: string; object_id: string | null; status: string; error: string | null; attempts: number; deliveries: number; received_at: string; retry_at: string | null })[];
  comparison: null | {
    started_at: string; finished_at: string; tenants: number; differences: number;
    list: (Named & { check_name: string; period_start: string | null; subject: string; expected_word: string | null; found_word: string | null })[];
  };
};

/** What staff have to look at, at most so many of each. The database itself checks that `staffId` is staff, as in all that follows. */
export async function findOverviewRow(staffId: string, most: number): Promise<OverviewRow> {
  const [row] = await callFunction<{ overview: OverviewRow }>("staff_show_billing", "SELECT staff_show_billing($1, $2) AS overview", [staffId, most]);
  if (!row) throw new Error("a function returns a row");
  return row.overview;
}

/** False: there is no such flag, or it was seen. */
export async function seeFlagRow({ staffId, ip, requestId }: By, tenantId: string, flagId: string): Promise<boolean> {
  const [row] = await callFunction<{ done: boolean }>("staff_see_billing_flag", "SELECT staff_see_billing_flag($1, $2, $3, $4, $5) AS done", [staffId, tenantId, flagId, ip, requestId]);
  return row?.done ?? false;
}

/** How many events of this kind are ignored, counted up to `most`. */
export async function countIgnoredRows(staffId: string, filter: { type: string | null; workspace: string | null }, most: number): Promise<number> {
  const [row] = await callFunction<{ ignored: number }>("staff_count_ignored_events", "SELECT staff_count_ignored_events($1, $2, $3, $4) AS ignored", [staffId, filter.type, filter.workspace, most]);
  return row?.ignored ?? 0;
}

/** Newest first, before the event `before`. A status of `not_ignored` stands for every other one. */
export function listEventRows(staffId: string, filter: { type: string | null; status: string | null; workspace: string | null; before: string | null }, most: number): Promise<EventListRow[]> {
  return callFunction<EventListRow>("staff_list_stripe_events", "SELECT * FROM staff_list_stripe_events($1, $2, $3, $4, $5, $6)", [staffId, filter.type, filter.status, filter.workspace, filter.before, most]);
}

export async function findEventRow(staffId: string, id: string): Promise<EventRow | null> {
  const [row] = await callFunction<{ event: EventRow | null }>("staff_show_stripe_event", "SELECT staff_show_stripe_event($1, $2) AS event", [staffId, id]);
  return row?.event ?? null;
}

/** The event's payload, after the audit row was written; null: there is none such. */
export async function noteReplay({ staffId, ip, requestId }: By, id: string): Promise<unknown> {
  const [row] = await callFunction<{ payload: unknown }>("staff_replay_stripe_event", "SELECT staff_replay_stripe_event($1, $2, $3, $4) AS payload", [staffId, id, ip, requestId]);
  return row?.payload ?? null;
}
