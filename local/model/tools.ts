import { createHash } from "node:crypto";
import { z } from "zod";
import type { ChatRequest, Tool } from "./request";

export interface ToolCall {
  id: string;
  name: string;
  /** A JSON object, as text. */
  arguments: string;
}

type ToolChoice = NonNullable<ChatRequest["tool_choice"]>;

const propertySchema = z.object({
  type: z.union([z.string(), z.array(z.string())]).optional(),
  format: z.string().optional(),
  enum: z.array(z.unknown()).optional(),
});
const parametersSchema = z.object({
  properties: z.record(z.string(), z.unknown()).optional(),
  required: z.array(z.string()).optional(),
});

/** Arguments that take the whole of what the user wrote. */
const WHOLE_TEXT = /^(?:input|text|query|q|question|prompt|message|task|content|body|instructions?)$/i;
const URL_NAME = /(?:^|_)(?:url|uri|link|href)$/i;
const EMAIL_NAME = /(?:^|_)e?mail(?:_address)?$/i;
const URL_IN_TEXT = /https?:\/\/[^\s<>"'`\])}]+[^\s<>"'`\])}.,;:!?]/i;
const EMAIL_IN_TEXT = /[\w.+-]+@[\w-]+(?:\.[\w-]+)+/;
const NUMBER_IN_TEXT = /-?\d+(?:\.\d+)?/;
const QUOTED = /“([^”]+)”|"([^"]+)"|`([^`]+)`/;

/**
 * The calls that a text asks for. A tool is called when the text names it (`fetch_page`, "fetch page"), when it needs a
 * URL and the text holds one, or when the caller requires it, and only if every required argument can be read from the
 * text: after its own name ("city: Oslo"), as one of its allowed values, by its kind (URL, address, number, yes or no),
 * in quotation marks, or, for arguments such as `input` or `query`, as the whole text. Nothing is made up. Optional
 * arguments are given only where the text names them.
 */
export function chooseToolCalls(tools: Tool[], choice: ToolChoice, text: string): ToolCall[] {
  if (choice === "none") return [];
  const forced = typeof choice === "object" ? choice.function.name : null;
  const calls: ToolCall[] = [];
  for (const tool of tools) {
    const { name } = tool.function;
    if (forced !== null ? name !== forced : choice === "auto" && !asksFor(tool, text)) continue;
    const filled = fillArguments(tool, text);
    if (filled === null) continue;
    const json = JSON.stringify(filled);
    const digest = createHash("sha256").update(`${calls.length} ${name} ${json}`).digest("hex");
    calls.push({ id: `call_${digest.slice(0, 24)}`, name, arguments: json });
    if (choice === "required" || forced !== null) break;
  }
  return calls;
}

function asksFor(tool: Tool, text: string): boolean {
  const words = tool.function.name.split(/[_-]+/).filter(Boolean).map(escapePattern).join("[\\s_-]+");
  if (new RegExp(`(?<![\\p{L}\\p{N}])${words}(?![\\p{L}\\p{N}])`, "iu").test(text)) return true;
  const required = readParameters(tool).required;
  return URL_IN_TEXT.test(text) && required.some((name) => URL_NAME.test(name));
}

function fillArguments(tool: Tool, text: string): Record<string, unknown> | null {
  const { properties, required } = readParameters(tool);
  const filled: Record<string, unknown> = {};
  for (const [name, definition] of Object.entries(properties)) {
    const parsed = propertySchema.safeParse(definition);
    const property = parsed.success ? parsed.data : {};
    const value = readLabelled(name, property, text) ?? (required.includes(name) ? readByKind(name, property, text) : undefined);
    if (value !== undefined) filled[name] = value;
  }
  return required.every((name) => name in filled) ? filled : null;
}

function readParameters(tool: Tool): { properties: Record<string, unknown>; required: string[] } {
  const parsed = parametersSchema.safeParse(tool.function.parameters ?? {});
  return { properties: (parsed.success && parsed.data.properties) || {}, required: (parsed.success && parsed.data.required) || [] };
}

type Property = z.infer<typeof propertySchema>;

function readLabelled(name: string, property: Property, text: string): unknown {
  const label = name.split("_").map(escapePattern).join("[\\s_]");
  const match = new RegExp(`(?<![\\p{L}\\p{N}])${label}\\s*[:=]\\s*(?:"([^"]*)"|“([^”]*)”|([^\\n,;]+))`, "iu").exec(text);
  const raw = match?.[1] ?? match?.[2] ?? match?.[3];
  if (raw === undefined) return undefined;
  return isUrl(name, property) ? URL_IN_TEXT.exec(raw)?.[0] : convert(raw.trim(), property);
}

function isUrl(name: string, property: Property): boolean {
  return property.format === "uri" || property.format === "url" || URL_NAME.test(name);
}

function readByKind(name: string, property: Property, text: string): unknown {
  if (property.enum) return property.enum.find((value) => typeof value === "string" && hasWord(text, value));
  const types = typesOf(property);
  if (types.includes("number") || types.includes("integer")) return convert(NUMBER_IN_TEXT.exec(text)?.[0] ?? "", property);
  if (!types.includes("string")) return undefined;
  if (isUrl(name, property)) return URL_IN_TEXT.exec(text)?.[0];
  if (property.format === "email" || EMAIL_NAME.test(name)) return EMAIL_IN_TEXT.exec(text)?.[0];
  if (WHOLE_TEXT.test(name)) return text;
  const quoted = QUOTED.exec(text);
  return quoted?.[1] ?? quoted?.[2] ?? quoted?.[3];
}

/** The value of a written argument, or undefined when it is not of the property's type. */
function convert(raw: string, property: Property): unknown {
  if (property.enum) return property.enum.find((value) => String(value).toLowerCase() === raw.toLowerCase());
  const types = typesOf(property);
  if (types.includes("boolean")) return /^(?:true|yes)$/i.test(raw) ? true : /^(?:false|no)$/i.test(raw) ? false : undefined;
  if (types.includes("integer") || types.includes("number")) {
    const value = raw === "" ? Number.NaN : Number(raw);
    return Number.isFinite(value) && (types.includes("number") || Number.isInteger(value)) ? value : undefined;
  }
  return types.includes("string") && raw !== "" ? raw : undefined;
}

function typesOf(property: Property): string[] {
  if (property.type === undefined) return ["string"];
  return typeof property.type === "string" ? [property.type] : property.type;
}

function hasWord(text: string, word: string): boolean {
  return new RegExp(`(?<![\\p{L}\\p{N}])${escapePattern(word)}(?![\\p{L}\\p{N}])`, "iu").test(text);
}

function escapePattern(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");
}
