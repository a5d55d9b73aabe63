import type { CreateTool, HttpConfig, HttpMethod, JsonObject, McpConfig, UpdateTool } from "@/lib/tools/schema";
import { schemaProblem } from "@/lib/tools/arguments";
import { isObject } from "@/lib/tools/json";
import { parseTemplate } from "@/lib/tools/template";

export type Problem = { param: string; message: string };

/** What of a tool's settings does not go together, by the field at fault; null when all is well. */
export function configProblem(config: Pick<HttpConfig, "url" | "method" | "input_schema"> | Pick<McpConfig, "url">): Problem | null {
  if (!("method" in config)) {
    const problem = mcpUrlProblem(config.url);
    return problem === null ? null : { param: "url", message: problem };
  }
  const template = parseTemplate(config.url);
  if (typeof template === "string") return { param: "url", message: template };
  const message = schemaProblem(config.input_schema);
  if (message) return { param: "input_schema", message };
  const { properties } = config.input_schema;
  const missing = [...template.inPath, ...template.inQuery].find((name) => !isObject(properties) || !Object.hasOwn(properties, name));
  return missing === undefined ? null : { param: "input_schema", message: `The address has a place for \`${missing}\`, which is not among the schema's properties.` };
}

function mcpUrlProblem(text: string): string | null {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (!url || !["http:", "https:"].includes(url.protocol)) return "Use the address of an MCP server, such as https://mcp.example.com/mcp.";
  return url.username !== "" || url.password !== "" ? "Send a user name and password in a header, not in the address." : null;
}

/** Fields of a change that a tool of this kind does not have. */
export function foreignField(kind: string, change: UpdateTool): string | undefined {
  return kind === "http" ? undefined : (["method", "input_schema"] as const).find((field) => change[field] !== undefined);
}

/**
 * The first stored header that would go to a server it was not given for: who may change a tool may not read its secrets,
 * and must not have them sent elsewhere. With another origin every header has to be given anew, or taken away.
 */
export function strayHeader(before: { url: string; header_names: readonly string[] }, change: UpdateTool): string | undefined {
  if (change.url === undefined || originOf(change.url) === originOf(before.url)) return undefined;
  const named = new Set(Object.keys(change.headers ?? {}).map((name) => name.toLowerCase()));
  return before.header_names.find((name) => !named.has(name.toLowerCase()));
}

function originOf(url: string): string {
  // Arguments stand behind it.
  const head = /^[a-z]+:\/\/[^/?#]*/i.exec(url)?.[0] ?? url;
  return URL.canParse(head) ? new URL(head).origin : head;
}

/** What is stored of a new tool. */
export function toConfig(input: CreateTool): HttpConfig | McpConfig {
  const { url, timeout_seconds, max_answer_bytes } = input;
  const shared = { url, timeout_seconds, max_answer_bytes, header_names: Object.keys(input.headers) };
  return input.kind === "http" ? { ...shared, method: input.method, input_schema: input.input_schema } : shared;
}

/** Stored settings with a change applied. */
export function changeConfig<C extends HttpConfig | McpConfig>(before: C, change: UpdateTool, headerNames: string[]): C {
  const own: { method?: HttpMethod; input_schema?: JsonObject } = "method" in before ? { method: change.method ?? before.method, input_schema: change.input_schema ?? before.input_schema } : {};
  return { ...before, ...own, url: change.url ?? before.url, timeout_seconds: change.timeout_seconds ?? before.timeout_seconds, max_answer_bytes: change.max_answer_bytes ?? before.max_answer_bytes, header_names: headerNames };
}
