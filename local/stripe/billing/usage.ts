import { DAY } from "../world/calendar";
import type { Meter } from "../world/wire";
import type { World } from "../world/world";

/** How long the identifier of a meter event keeps another one out: Stripe promises no more than a day. */
export const DEDUPE_SECONDS = DAY;

/** What a meter counted for a customer in [start, end). */
export function aggregate(world: World, meter: Meter, customer: string, start: number, end: number): bigint {
  const rows = world.tables.meter_events.filter((row) => row.event_name === meter.event_name && row.customer === customer && !row.canceled && row.timestamp >= start && row.timestamp < end);
  if (meter.default_aggregation.formula === "count") return BigInt(rows.length);
  if (meter.default_aggregation.formula === "last") return BigInt(rows.toSorted((a, b) => a.timestamp - b.timestamp).at(-1)?.value ?? 0);
  return rows.reduce((sum, row) => sum + BigInt(row.value), 0n);
}
