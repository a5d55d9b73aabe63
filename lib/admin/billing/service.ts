/** Stripe's events, flags and differences, for staff. The SQL functions check that it is staff who asks and write the audit row. */
import { AppError } from "@/lib/core/errors";
import { handleEvent } from "@/lib/billing/events/dispatch";
import { readEvent } from "@/lib/billing/events/event";
import { describeFailure } from "@/lib/billing/events/failure";
import { countIgnoredRows, findEventRow, findOverviewRow, listEventRows, noteReplay, seeFlagRow } from "@/lib/admin/billing/repo";
import { toEventDetail, toEventRow, toOverview } from "@/lib/admin/billing/present";
import type { BillingOverview, EventListQuery, EventStatus, StripeEventDetail, StripeEventRow } from "@/lib/admin/billing/schema";
import type { By } from "@/lib/admin/repo";

/** How many of each kind a page shows. */
const MOST_SHOWN = 100;

export async function getBillingOverview(staffId: string): Promise<BillingOverview> {
  return toOverview(await findOverviewRow(staffId, MOST_SHOWN));
}

/** Where counting ends: beyond, nobody needs to know exactly. */
export const MOST_COUNTED = 1_000;

/**
 * Events as they came, newest first. `nextCursor`: the last one shown, when there are more. `hidden`: how many are not shown because they are
 * ignored, at most `MOST_COUNTED`.
 */
export async function listStripeEvents(staffId: string, { type, status, workspace, cursor, limit }: EventListQuery): Promise<{ events: StripeEventRow[]; nextCursor: string | null; hidden: number }> {
  const of = { type: type ?? null, workspace: workspace ?? null };
  const [rows, hidden] = await Promise.all([
    listEventRows(staffId, { ...of, status: status === "all" ? null : status, before: cursor ?? null }, limit + 1),
    status === "not_ignored" ? countIgnoredRows(staffId, of, MOST_COUNTED) : 0,
  ]);
  const events = rows.slice(0, limit).map(toEventRow);
  return { events, nextCursor: rows.length > limit ? (events.at(-1)?.id ?? null) : null, hidden };
}

export async function getStripeEvent(staffId: string, id: string): Promise<StripeEventDetail | null> {
  const row = await findEventRow(staffId, id);
  return row && toEventDetail(row);
}

/**
 * Handles an event again from what Stripe has now, whatever became of it before. Returns what became of it.
 * @throws AppError `not_found`, or `conflict` with what made it fail
 */
export async function replayStripeEvent(by: By, id: string): Promise<EventStatus> {
  const payload = await noteReplay(by, id);
  if (payload === null) throw new AppError("not_found", "There is no such event.");
  try {
    return await handleEvent(readEvent(payload));
  } catch (error) {
    throw new AppError("conflict", `It failed again. ${describeFailure(error)}`, { cause: error });
  }
}

/** Takes a refund or a dispute off the list. @throws AppError `conflict` when it was seen already, or is none */
export async function seeFlag(by: By, tenantId: string, flagId: string): Promise<void> {
  if (!(await seeFlagRow(by, tenantId, flagId))) throw new AppError("conflict", "Somebody has seen to it already.");
}
