/** JSON Schema out of the Zod schemas that routes parse with. */
import { z } from "zod";

export type JsonSchema = { [key: string]: unknown };

/**
 * A schema of what goes over the wire. Both ways that is a schema's input: bodies before they are parsed, and answers,
 * which handlers give as they are sent.
 */
export function toJsonSchema(schema: z.ZodType): JsonSchema {
  const made = z.toJSONSchema(schema, {
    io: "input",
    // Numbers say that they are whole; how far JavaScript counts is not the API's matter.
    override: ({ jsonSchema }) => {
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
      if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
    },
  });
  const plain = JSON.parse(JSON.stringify(made)) as JsonSchema;
  delete plain.$schema;
  return plain;
}

export function isSchema(value: unknown): value is JsonSchema {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The properties of an object's schema. */
export function propertiesOf(schema: JsonSchema): [string, JsonSchema][] {
  return isSchema(schema.properties) ? Object.entries(schema.properties).filter((entry): entry is [string, JsonSchema] => isSchema(entry[1])) : [];
}

/** Whether an object has to have this property. */
export function isRequired(schema: JsonSchema, name: string): boolean {
  return Array.isArray(schema.required) && schema.required.includes(name);
}

/** What an object of the API says that it is: its `object`. */
function kindOf(schema: JsonSchema): string | null {
  const found = propertiesOf(schema).find(([name]) => name === "object")?.[1].const;
  return typeof found === "string" ? found : null;
}

/** The schemas of a document by name: each stands there once, and everything else refers to it. */
export class SchemaBook {
  readonly schemas: Record<string, JsonSchema> = {};
  readonly #names = new Map<string, string>();

  /** A reference to a schema, under the first of these names that is free when it is new. */
  refer(schema: JsonSchema, names: string[]): JsonSchema {
    const text = JSON.stringify(schema);
    let name = this.#names.get(text);
    if (name === undefined) {
      name = names.find((one) => !(one in this.schemas));
      if (name === undefined) throw new Error(`the names ${names.join(", ")} are taken`);
      this.#names.set(text, name);
      this.schemas[name] = schema;
    }
    return { $ref: `#/components/schemas/${name}` };
  }

  /** An answer's schema, named after what it says that it is. `fallback`: where it says nothing, or others say the same. */
  referAnswer(schema: JsonSchema, fallback: string): JsonSchema {
    const kind = kindOf(schema);
    if (kind !== "list") return this.refer(schema, [...(kind === null ? [] : [toPascal(kind)]), fallback]);
    const data = propertiesOf(schema).find(([name]) => name === "data")?.[1];
    if (!data || !isSchema(data.items)) return this.refer(schema, [fallback]);
    const item = kindOf(data.items) ?? "item";
    const items = this.refer(data.items, [...(kindOf(data.items) === null ? [] : [toPascal(item), `${toPascal(item)}Summary`]), `${fallback}Item`]);
    const properties = { ...Object.fromEntries(propertiesOf(schema)), data: { ...data, items } };
    return this.refer({ ...schema, properties }, [...(kindOf(data.items) === null ? [] : [`${toPascal(item)}List`]), fallback]);
  }
}

/** True for the schema of a list. */
export function isList(schema: JsonSchema): boolean {
  return kindOf(schema) === "list";
}

/** `agent_version` and `listAgents` as names of types. */
export function toPascal(name: string): string {
  return name.split(/[^A-Za-z0-9]+/).map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join("");
}
