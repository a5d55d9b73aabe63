/**
 * Time travel: everything that belongs to a customer is moved into the past, so that what lay ahead of it is due in the real
 * present. An application that moves its own data back by the same interval lives in the same present.
 */
import { runDue } from "../billing/due";
import { moveBack } from "../world/calendar";
import type { Table } from "../world/table";
import type { World } from "../world/world";

export interface Journey {
  months: number;
  days: number;
  seconds: number;
}

/** The names of members that hold a moment, wherever they stand. */
const MOMENTS = new Set([
  "created", "updated", "date", "start", "end", "start_date", "end_date", "current_period_start", "current_period_end", "period_start", "period_end", "billing_cycle_anchor", "trial_start", "trial_end", "cancel_at", "canceled_at",
  "ended_at", "automatically_finalizes_at", "next_payment_attempt", "due_date", "effective_at", "finalized_at", "marked_uncollectible_at", "paid_at", "voided_at", "expires_at", "completed_at", "released_at", "timestamp",
  "subscription_proration_date", "due_by", "redeem_by", "usage_from", "first_failed_at", "webhooks_delivered_at", "proration_date",
]);

/** Moves a customer's world back, then does what has become due by now, each thing with the moment it was due at. */
export function travel(world: World, customer: string, by: Journey): void {
  world.transact(() => {
    const shift = (at: number): number => moveBack(at, by);
    const moved = new Set<string>([customer]);
    const { events, hidden, meter_events: usage, ...tables } = world.tables;
    const rows: [Table<object>, string][] = [];
    for (const table of Object.values(tables)) {
      for (const [id, row] of table.entries()) {
        if (id !== customer && !belongs(row, customer, moved)) continue;
        moved.add(id);
        rows.push([table, id]);
      }
    }
    for (const [id, row] of usage.entries()) if (row.customer === customer) rows.push([usage, id]);
    for (const [id, row] of events.entries()) if (belongs(row.data.object, customer, moved) || moved.has(String(row.data.object.id))) rows.push([events, id]);
    for (const id of [...moved]) for (const item of itemsOf(world, id)) moved.add(item);
    for (const [id] of hidden.entries()) if (moved.has(id)) rows.push([hidden, id]);
    for (const [table, id] of rows) table.edit(id, (row) => shiftMoments(row, shift));
  });
  runDue(world);
}

function belongs(row: object, customer: string, moved: Set<string>): boolean {
  if ("customer" in row && row.customer === customer) return true;
  // Disputes, payments of invoices and the like know their customer only by what they belong to.
  return ["charge", "invoice", "payment_intent"].some((key) => key in row && moved.has(String(Reflect.get(row, key))));
}

function itemsOf(world: World, id: string): string[] {
  return world.tables.subscriptions.get(id)?.items.data.map((item) => item.id) ?? [];
}

function shiftMoments(node: unknown, shift: (at: number) => number): void {
  if (typeof node !== "object" || node === null) return;
  // A price within an item is not the customer's.
  if ("object" in node && (node.object === "price" || node.object === "plan")) return;
  for (const [key, value] of Object.entries(node)) {
    if (typeof value === "number" && MOMENTS.has(key)) Reflect.set(node, key, shift(value));
    else shiftMoments(value, shift);
  }
}
