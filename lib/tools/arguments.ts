/** JSON Schema for arguments: which schemas are taken, and whether arguments fit one. */
import { Validator } from "@cfworker/json-schema";
import { isObject } from "@/lib/tools/json";
import type { JsonObject } from "@/lib/tools/schema";

export const MAX_SCHEMA_BYTES = 32_768;
export const MAX_ARGUMENT_BYTES = 65_536;
const MAX_DEPTH = 24;
/** Values of the schema times values of the arguments: checking them takes about so many steps at most. */
const MAX_WORK = 2_000_000;

/**
 * What a tenant's schema may not hold, because it is worked through in a process that other tenants' runs share: an expression, a chain
 * of references or a comparison of everything with everything makes checking one small argument take for ever.
 */
const REFUSED = new Set(["pattern", "patternProperties", "$ref", "$dynamicRef", "$recursiveRef", "$id", "id", "$anchor", "$dynamicAnchor", "$vocabulary", "uniqueItems"]);
/** Keywords whose members are names of the tenant's own, not keywords. */
const NAMED = new Set(["properties", "$defs", "definitions", "dependentSchemas", "dependentRequired", "dependencies"]);
/** Keywords whose values are data. */
const DATA = new Set(["const", "enum", "default", "examples"]);

/** What is wrong with a schema of arguments, in words; null when it is fine. */
export function schemaProblem(schema: JsonObject): string | null {
  if (schema.type !== "object") return 'The arguments are an object: the schema begins with "type": "object".';
  const problem = problemWithin(schema, 0);
  if (problem) return problem;
  if (JSON.stringify(schema).length > MAX_SCHEMA_BYTES) return "Use at most 32 KiB.";
  if (schema.properties !== undefined && !isObject(schema.properties)) return "`properties` has to be an object.";
  try {
    check(schema, {});
  } catch {
    // The validator says in its own words what it cannot read, none of them for people.
    return "This is not a JSON Schema.";
  }
  return null;
}

type Place = "schema" | "names" | "data";

function problemWithin(value: unknown, depth: number, place: Place = "schema"): string | null {
  if (depth > MAX_DEPTH) return `Nest at most ${MAX_DEPTH} levels.`;
  if (Array.isArray(value)) return firstProblem(value.map((item) => () => problemWithin(item, depth + 1, place)));
  if (!isObject(value)) return null;
  return firstProblem(Object.entries(value).map(([key, inner]) => () => {
    if (place === "schema" && REFUSED.has(key)) return `\`${key}\` cannot be used here. Write the schema out, and describe a form of text in words.`;
    return problemWithin(inner, depth + 1, placeOf(place, key));
  }));
}

function placeOf(outer: Place, key: string): Place {
  if (outer !== "schema") return outer === "data" ? "data" : "schema";
  return NAMED.has(key) ? "names" : DATA.has(key) ? "data" : "schema";
}

function firstProblem(checks: (() => string | null)[]): string | null {
  for (const one of checks) {
    const problem = one();
    if (problem) return problem;
  }
  return null;
}

/** Why arguments do not fit their schema, for whoever gave them; null when they do. */
export function argumentsProblem(schema: JsonObject, args: JsonObject): string | null {
  const problem = valueProblem(schema, args, "arguments");
  if (problem !== null) return `The arguments do not fit the tool's schema. ${problem}`;
  return JSON.stringify(args).length > MAX_ARGUMENT_BYTES ? "The arguments are longer than 64 KiB." : null;
}

/**
 * Why a value does not fit a schema that `schemaProblem` lets through, in words for whoever wrote it; null when it does. `whole`
 * names the value. The work is bounded: values that hold too much for their schema do not fit.
 */
export function valueProblem(schema: JsonObject, value: unknown, whole: string): string | null {
  try {
    // A second wall: what a door let through must not keep busy a process that tenants share.
    const refused = problemWithin(schema, 0);
    if (refused !== null) return `${whole}: its schema cannot be looked at. ${refused}`;
    if (countValues(schema) * countValues(value) > MAX_WORK) return `${whole}: it holds too many values.`;
    const { valid, errors } = check(schema, value);
    // The last ones are the innermost: what they are about is a field and not the whole.
    return valid ? null : errors.slice(-5).map(({ instanceLocation, error }) => `${instanceLocation.replace(/^#\/?/, "") || whole}: ${error}`).join(" ");
  } catch (error) {
    // Deeper than the stack is.
    if (error instanceof RangeError) return `${whole}: it is nested too deeply.`;
    throw error;
  }
}

function countValues(value: unknown): number {
  if (typeof value !== "object" || value === null) return 1;
  let count = 1;
  for (const inner of Object.values(value)) count += countValues(inner);
  return count;
}

function check(schema: JsonObject, args: unknown) {
  return new Validator(schema, "2020-12", false).validate(args);
}
