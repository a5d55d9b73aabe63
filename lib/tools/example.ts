import { isObject } from "@/lib/tools/json";
import type { JsonObject } from "@/lib/tools/schema";

/** Arguments to begin with, as a schema describes them: something for each of its properties, for a person to fill in. */
export function exampleArguments(schema: JsonObject | null): JsonObject {
  if (!isObject(schema?.properties)) return {};
  return Object.fromEntries(Object.entries(schema.properties).map(([name, property]) => [name, exampleOf(property)]));
}

function exampleOf(schema: unknown): unknown {
  if (!isObject(schema)) return "";
  if (schema.default !== undefined) return schema.default;
  for (const list of [schema.examples, schema.enum]) if (Array.isArray(list) && list.length > 0) return list[0] as unknown;
  switch (Array.isArray(schema.type) ? schema.type[0] : schema.type) {
    case "integer": case "number": return typeof schema.minimum === "number" ? schema.minimum : 0;
    case "boolean": return false;
    case "array": return [];
    case "object": return exampleArguments(schema);
    default: return "";
  }
}
