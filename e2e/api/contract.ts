/** What the HTTP tests hear, held to the document that the application publishes. */
import { Validator, type Schema } from "@cfworker/json-schema";

type Json = { [key: string]: unknown };
type Answer = { $ref?: string; content?: Record<string, { schema: Json }> };
type Document = { paths: Record<string, Record<string, { responses: Record<string, Answer> }>>; components: { schemas: Record<string, Json>; responses: Record<string, Answer> } };

const documents = new Map<string, Promise<Document>>();

/** Fetched once from an application, and closed: an answer's field that the document does not name is a fault. */
function documentOf(base: string): Promise<Document> {
  const known = documents.get(base) ?? fetch(`${base}/api/v1/openapi.json`).then(async (response) => {
    if (response.status !== 200) throw new Error(`the API's document is not there: ${response.status}`);
    const document = await response.json() as Document;
    close(document.components.schemas);
    return document;
  });
  documents.set(base, known);
  return known;
}

function close(value: unknown): void {
  if (typeof value !== "object" || value === null) return;
  for (const inner of Object.values(value)) close(inner);
  if ("properties" in value && "type" in value && value.type === "object" && !("additionalProperties" in value)) Object.assign(value, { additionalProperties: false });
}

/**
 * Holds an answer of the API to the document: its status, its content type, and every field of a JSON body. Streams are
 * left unread. @throws Error that says what differs
 */
export async function checkAnswer(base: string, method: string, address: string, response: Response): Promise<void> {
  const path = new URL(address, base).pathname;
  if (!path.startsWith("/api/v1/")) return;
  const document = await documentOf(base);
  const type = response.headers.get("content-type")?.split(";")[0] ?? "";
  const text = type === "application/json" && response.body !== null ? await response.clone().text() : null;
  const faults = findFaults(document, method === "HEAD" ? "GET" : method, path, { status: response.status, type, text });
  if (faults.length > 0) throw new Error(`${method} ${path} answers ${response.status} not as its document says:\n${faults.join("\n")}\n${text?.slice(0, 2_000) ?? type}`);
}

function findFaults(document: Document, method: string, path: string, answer: { status: number; type: string; text: string | null }): string[] {
  const methods = findPath(document, path);
  const operation = methods?.[method.toLowerCase()];
  // What is no operation is refused in the one shape.
  const refusal = methods ? [405, 401, 429] : [404, 401, 429, 405];
  if (!operation && !refusal.includes(answer.status)) return [`there is no such operation, so ${refusal.join(" or ")} would do`];
  const told = operation ? operation.responses[answer.status] : { $ref: `#/components/responses/Error${answer.status}` };
  if (!told) return [`the status is not among ${Object.keys(operation?.responses ?? {}).join(", ")}`];
  const contents = (told.$ref ? document.components.responses[told.$ref.split("/").at(-1) ?? ""] : told)?.content ?? {};
  if (Object.keys(contents).length === 0) return answer.text ? ["it should have no body"] : [];
  const content = contents[answer.type];
  if (!content) return [`the type ${answer.type} is not among ${Object.keys(contents).join(", ")}`];
  if (answer.text === null || answer.text === "") return [];
  const schema = { ...content.schema, components: document.components } as Schema;
  return new Validator(schema, "2020-12", false).validate(JSON.parse(answer.text)).errors.map((error) => `${error.instanceLocation}: ${error.error}`);
}

/** A fixed step of an address goes before a parameter. */
function findPath({ paths }: Document, path: string): Document["paths"][string] | undefined {
  const steps = path.slice("/api/v1".length).split("/");
  const fits = Object.keys(paths).filter((pattern) => {
    const parts = pattern.split("/");
    return parts.length === steps.length && parts.every((part, at) => part === steps[at] || (part.startsWith("{") && steps[at] !== ""));
  });
  const [best] = fits.sort((a, b) => a.split("{").length - b.split("{").length);
  return best === undefined ? undefined : paths[best];
}
