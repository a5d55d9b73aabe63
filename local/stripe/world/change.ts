import { missing } from "../http/error";
import { present } from "./present";
import type { Table } from "./table";
import type { World } from "./world";

type ObjectRow = { id: string; object: string };

/** Puts a new object in and tells of it. */
export function create<T extends ObjectRow>(world: World, table: Table<T>, row: T, event: string | null): T {
  table.put(row.id, row);
  if (event !== null) world.record(event, present(row));
  return row;
}

/**
 * Changes an object and tells of it, with the attributes as they were. `also` are further events of the same change. Nothing
 * is told of a change that changes nothing, but `also` is.
 */
export function update<T extends ObjectRow>(world: World, table: Table<T>, id: string, event: string | null, change: (row: T) => void, also: string[] = []): T {
  const before = present(requireRow(table, id));
  const row = table.edit(id, change);
  const after = present(row);
  const previous = previousAttributes(before, after);
  if (event !== null && Object.keys(previous).length > 0) world.record(event, after, previous);
  for (const type of also) world.record(type, after);
  return row;
}

/** Tells of a change that was made in several steps, if it came to anything. */
export function tellChange(world: World, event: string, before: object, after: object): void {
  const previous = previousAttributes(present(before), present(after));
  if (Object.keys(previous).length > 0) world.record(event, present(after), previous);
}

export function requireRow<T extends object>(table: Table<T>, id: string, object = "object"): T {
  const row = table.get(id);
  if (!row) throw missing(object, id);
  return row;
}

/** The values before, of what differs: whole lists, and of objects only the members that differ. */
export function previousAttributes(before: Record<string, unknown>, after: Record<string, unknown>): Record<string, unknown> {
  const previous: Record<string, unknown> = {};
  for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const [was, is] = [before[key], after[key]];
    if (JSON.stringify(was) === JSON.stringify(is)) continue;
    previous[key] = isPlain(was) && isPlain(is) && key !== "items" ? previousAttributes(was, is) : (was ?? null);
  }
  return previous;
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
