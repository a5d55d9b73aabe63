import { present } from "../world/present";
import type { World } from "../world/world";
import { invalid } from "./error";

/** Finds an object by id, whatever it is; null when there is none. */
export type Find = (world: World, id: string) => Record<string, unknown> | null;
/** Fields that are left out unless they are asked for, by kind of object. */
export type Includes = Record<string, Record<string, (world: World, object: Record<string, unknown>) => unknown>>;

const MAX_DEPTH = 4;

/** Puts objects where their ids are, along the paths of `expand`. Throws ApiError for a path that leads nowhere. */
export function expand(world: World, answer: Record<string, unknown>, paths: string[], find: Find, includes: Includes): Record<string, unknown> {
  for (const path of paths) {
    const parts = path.split(".");
    if (parts.filter((part) => part !== "data").length > MAX_DEPTH) throw invalid(`You cannot expand more than ${MAX_DEPTH} levels of a property. Property: ${path}`, "expand", "property_expansion_max_depth");
    walk(world, answer, parts, path, find, includes);
  }
  return answer;
}

function walk(world: World, node: unknown, [part, ...rest]: string[], path: string, find: Find, includes: Includes): void {
  if (part === undefined || node === null || typeof node !== "object") return;
  if (Array.isArray(node)) {
    for (const each of node) walk(world, each, [part, ...rest], path, find, includes);
    return;
  }
  // An API object is JSON, and this is no list.
  const object = node as Record<string, unknown>;
  const include = includes[String(object.object)]?.[part];
  if (include && object[part] === undefined) object[part] = include(world, object);
  if (!(part in object)) {
    // A list knows no more of its members than there are; a deleted object has none of its fields.
    if (object.deleted === true || object.object === undefined) return;
    throw invalid(`This property cannot be expanded (${path}).`, "expand", "property_cannot_be_expanded");
  }
  const replace = (value: unknown): unknown => (typeof value === "string" ? (find(world, value) ?? value) : value);
  const value = object[part];
  if (typeof value === "string") object[part] = replace(value);
  else if (Array.isArray(value)) object[part] = value.map(replace);
  walk(world, object[part], rest, path, find, includes);
}

export function presentOrNull(row: object | undefined): Record<string, unknown> | null {
  return row ? present(row) : null;
}
