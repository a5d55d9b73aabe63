import type { Deliverer } from "../delivery/deliverer";
import type { Replies } from "../http/replies";
import type { Table } from "./table";
import type { World } from "./world";

/** Everything that a restart must not lose, as JSON. */
export function readState(world: World, replies: Replies, deliverer: Deliverer): object {
  const tables = Object.fromEntries(Object.entries(world.tables).map(([name, table]) => [name, table.entries()]));
  return { version: 1, tables, replies: replies.entries(), deliveries: deliverer.list().filter((row) => row.status === "pending" || row.status === "held") };
}

export function loadState(state: Record<string, unknown> | null, world: World, replies: Replies, deliverer: Deliverer): void {
  if (state === null) return;
  if (state.version !== 1) throw new Error("the state of the Stripe sandbox is of another version: delete its file to begin anew");
  // It was written by readState, in this form.
  const kept = state as { tables: Record<string, [string, object][]>; replies: Parameters<Replies["load"]>[0]; deliveries: Parameters<Deliverer["load"]>[0] };
  for (const [name, table] of Object.entries(world.tables)) (table as Table<object>).load(kept.tables[name] ?? []);
  replies.load(kept.replies);
  // What was under way when it ended is tried again.
  deliverer.load(kept.deliveries.map((row) => ({ ...row, next_attempt_at: row.status === "pending" ? Date.now() : row.next_attempt_at })));
}

/** Forgets everything. */
export function resetState(world: World, replies: Replies, deliverer: Deliverer): void {
  for (const table of Object.values(world.tables)) (table as Table<object>).load([]);
  replies.load([]);
  deliverer.load([]);
}
