/** The document as the documentation's pages show it. Pure. */
import { requestExample, type ExampleRequest, type Language } from "@/lib/http/openapi/examples";
import type { ApiDocument, Operation, Parameter } from "@/lib/http/openapi/document";
import { isRequired, isSchema, propertiesOf, type JsonSchema } from "@/lib/http/openapi/json-schema";

/** `type` in words: "text", "list of text", "one of a, b". */
export type FieldRow = { name: string; type: string; required: boolean; text: string };
/** A body's fields; where it has several shapes, one of them each. */
export type FieldGroup = { title: string; fields: FieldRow[] };
export type AnswerRow = { status: string; text: string };

export type OperationReference = {
  id: string; method: string; path: string; summary: string; description: string;
  parameters: FieldRow[]; body: FieldGroup[]; answers: AnswerRow[]; example: string;
};
export type SubjectReference = { id: string; name: string; description: string; operations: OperationReference[] };

/** Every operation by subject, with its example in one language. */
export function toReference(document: ApiDocument, language: Language): SubjectReference[] {
  const operations = Object.entries(document.paths).flatMap(([path, methods]) => Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })));
  return document.tags.map((tag) => ({
    ...tag, id: tag.name.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-"),
    operations: operations.filter(({ operation }) => operation.tags.includes(tag.name)).map(({ path, method, operation }) => {
      const { operationId: id, summary, description } = operation;
      const parameters = operation.parameters.filter((one): one is Parameter => !("$ref" in one));
      return {
        id, method, path, summary, description,
        parameters: parameters.map((one) => ({ name: one.name, type: `${describeType(one.schema, document)} · ${one.in}`, required: one.required, text: describeField({ ...one.schema, ...(one.description ? { description: one.description } : {}) }) })),
        body: toGroups(bodyOf(operation)?.schema, document), answers: toAnswers(operation, document),
        example: requestExample(language, toExample(document, path, method, operation, parameters)),
      };
    }),
  }));
}

function bodyOf(operation: Operation): { schema: JsonSchema; example?: unknown } | undefined {
  return operation.requestBody?.content["application/json"];
}

function toExample(document: ApiDocument, path: string, method: string, operation: Operation, parameters: Parameter[]): ExampleRequest {
  const filled = parameters.filter((one) => one.in === "path").reduce((text, one) => text.replace(`{${one.name}}`, String(one.example)), path);
  const types = Object.entries(operation.responses).filter(([status]) => status.startsWith("2")).flatMap(([, answer]) => ("content" in answer ? Object.keys(answer.content ?? {}) : []));
  const file = types.includes("text/csv") ? "csv" : types.includes("application/zip") ? "zip" : null;
  return {
    method, url: `${document.servers[0]?.url ?? ""}${filled}`, needsKey: operation.security.length > 0, body: bodyOf(operation)?.example,
    answer: file ? { file: `${path.split("/")[1]?.replace(/\.\w+$/, "")}.${file}` } : types.includes("application/json") ? "json" : "stream",
  };
}

/** An answer's statuses with what each holds; errors only by their status. */
function toAnswers(operation: Operation, document: ApiDocument): AnswerRow[] {
  const errors = Object.keys(operation.responses).filter((status) => status >= "400");
  const successes = Object.entries(operation.responses).filter(([status]) => status < "400").map(([status, answer]): AnswerRow => {
    const contents = "content" in answer ? Object.entries(answer.content ?? {}) : [];
    return { status, text: contents.map(([type, { schema }]) => (type === "application/json" && schema.$ref ? `\`${describeType(schema, document)}\`` : type)).join(", or ") || "Nothing." };
  });
  return [...successes, ...(errors.length > 0 ? [{ status: errors.join(" "), text: "`Error`" }] : [])];
}

function resolve(schema: JsonSchema, { components }: ApiDocument): JsonSchema {
  const name = typeof schema.$ref === "string" ? schema.$ref.split("/").at(-1) : undefined;
  return name === undefined ? schema : (components.schemas[name] ?? {});
}

function toGroups(given: JsonSchema | undefined, document: ApiDocument): FieldGroup[] {
  if (!given) return [];
  const schema = resolve(given, document);
  const shapes = [schema.oneOf, schema.anyOf].find(Array.isArray)?.filter(isSchema) ?? [schema];
  return shapes.map((shape) => {
    const told = propertiesOf(shape).find(([, field]) => typeof field.const === "string");
    return { title: shapes.length > 1 && told ? `${told[0]}: ${String(told[1].const)}` : "Body", fields: toFields(shape, document) };
  });
}

function toFields(schema: JsonSchema, document: ApiDocument): FieldRow[] {
  return propertiesOf(schema).map(([name, field]) => ({ name, type: describeType(field, document), required: isRequired(schema, name), text: describeField(field) }));
}

function describeField(field: JsonSchema): string {
  const words = [
    ...(typeof field.description === "string" ? [field.description] : []),
    ...(field.default === undefined ? [] : [`Default: \`${JSON.stringify(field.default)}\`.`]),
  ];
  return words.join(" ");
}

const TYPE_WORDS: Record<string, string> = { string: "text", integer: "whole number", number: "number", boolean: "true or false", object: "object", null: "null" };
/** More values than this are not counted up. */
const MOST_VALUES = 8;

function describeType(schema: JsonSchema, document: ApiDocument): string {
  if (typeof schema.$ref === "string") return schema.$ref.split("/").at(-1) ?? "";
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (Array.isArray(schema.enum)) return schema.enum.length > MOST_VALUES ? "one of several words" : schema.enum.map((value) => JSON.stringify(value)).join(" or ");
  const variants = [schema.anyOf, schema.oneOf].find(Array.isArray)?.filter(isSchema);
  if (variants) return [...new Set(variants.map((one) => describeType(one, document)))].join(" or ");
  if (schema.type === "array") return `list of ${isSchema(schema.items) ? describeType(schema.items, document) : "anything"}`;
  return typeof schema.type === "string" ? (TYPE_WORDS[schema.type] ?? schema.type) : "anything";
}
