import { z } from "zod";
import { listSchema } from "@/lib/core/pagination";

export type JsonObject = { [key: string]: unknown };
/** A JSON Schema whose instances are objects. */
export type JsonSchemaObject = JsonObject & { type: "object" };

export const TOOL_KINDS = ["http", "mcp"] as const;
export const HTTP_METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"] as const;
export type HttpMethod = (typeof HTTP_METHODS)[number];
export const MAX_TOOLS = 200;
export const MAX_ANSWER_BYTES = 1_048_576;
export const DEFAULT_ANSWER_BYTES = 65_536;
export const DEFAULT_TIMEOUT_S = 30;

/** Two underscores join the name of an MCP server and of what it offers. */
export const toolNameSchema = z.string().regex(/^[a-zA-Z][a-zA-Z0-9_-]{0,63}$/, "Use letters, digits, _ and -, beginning with a letter, at most 64.")
  .refine((name) => !name.includes("__"), "Two underscores in a row are kept for the tools of MCP servers.").describe("What models call it by.");
const descriptionSchema = z.string().trim().min(1, "Say what the tool does and when to use it: the model reads this.").max(4_096, "Use at most 4,096 characters.").describe("What it does and when to use it: the model reads this.");
const urlSchema = z.string().trim().min(1, "Give the address.").max(2_048, "Use at most 2,048 characters.").describe("The endpoint's address; `{name}` in it stands for an argument.");

/** Headers that are the connection's, or ours to set. */
const RESERVED_HEADER = /^(accept-encoding|connection|content-length|expect|host|idempotency-key|keep-alive|mcp-.*|proxy-.*|te|trailer|transfer-encoding|upgrade)$/i;
const headerNameSchema = z.string().regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}$/, "A header's name is letters, digits and hyphens.").refine((name) => !RESERVED_HEADER.test(name), "This header is set by the connection.");
const headerValueSchema = z.string().trim().min(1, "Give the header's value.").max(8_192, "Use at most 8,192 characters.").regex(/^[\t\x20-\x7e\x80-\xff]*$/, "A header's value is plain text on one line.");
const headersSchema = <V extends z.ZodType>(value: V) => z.record(headerNameSchema, value)
  .refine((headers) => Object.keys(headers).length <= 20, "Use at most 20 headers.")
  .refine((headers) => new Set(Object.keys(headers).map((name) => name.toLowerCase())).size === Object.keys(headers).length, "A header stands here twice.").describe("Sent with every call. Values are kept encrypted and never told.");

const timeoutSchema = z.number().int("Use whole seconds.").min(1, "Use at least 1 second.").max(120, "Use at most 120 seconds.").describe("How long an answer may take.");
const answerBytesSchema = z.number().int("Use a whole number.").min(1, "Use at least 1 byte.").max(MAX_ANSWER_BYTES, "Use at most 1,048,576 bytes.").describe("A larger answer is refused, and the model told so.");
const inputSchemaSchema = z.record(z.string(), z.unknown()).describe("A JSON Schema of the arguments.");
const methodSchema = z.enum(HTTP_METHODS).describe("The method of its calls.");

const common = {
  name: toolNameSchema, description: descriptionSchema, url: urlSchema, headers: headersSchema(headerValueSchema).default({}),
  timeout_seconds: timeoutSchema.default(DEFAULT_TIMEOUT_S), max_answer_bytes: answerBytesSchema.default(DEFAULT_ANSWER_BYTES),
};
export const createToolSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("http"), ...common, method: methodSchema.default("GET"), input_schema: inputSchemaSchema.default({ type: "object", properties: {} }) }),
  z.strictObject({ kind: z.literal("mcp"), ...common }),
]);
export type CreateTool = z.output<typeof createToolSchema>;

/** What is left out stays as it is; a header that is null is taken away. */
export const updateToolSchema = z.strictObject({
  name: toolNameSchema.optional(), description: descriptionSchema.optional(), url: urlSchema.optional(), headers: headersSchema(headerValueSchema.nullable()).optional(),
  timeout_seconds: timeoutSchema.optional(), max_answer_bytes: answerBytesSchema.optional(), method: methodSchema.optional(), input_schema: inputSchemaSchema.optional(),
});
export type UpdateTool = z.output<typeof updateToolSchema>;

/** `tool`: which of an MCP server's, by the server's own name for it; without it the server is asked for its list. */
export const testToolSchema = z.strictObject({
  arguments: z.record(z.string(), z.unknown()).default({}).describe("What the tool is called with."),
  tool: z.string().min(1).max(200).optional().describe("Which of an MCP server's tools; without it the server is asked for its list."),
});
export type TestTool = z.output<typeof testToolSchema>;

export const offeredToolSchema = z.object({ name: z.string(), description: z.string(), input_schema: z.record(z.string(), z.unknown()) });
export type OfferedTool = z.output<typeof offeredToolSchema>;

export const toolSummarySchema = z.object({
  id: z.string(), object: z.literal("tool"), kind: z.enum(TOOL_KINDS), name: z.string(), description: z.string(), url: z.string(), method: methodSchema.nullable(),
  header_names: z.array(z.string()), timeout_seconds: z.number(), max_answer_bytes: z.number(), created_at: z.string(), updated_at: z.string(), archived_at: z.string().nullable(),
});
export type ToolSummary = z.output<typeof toolSummarySchema>;
export const toolListSchema = listSchema(toolSummarySchema);

/** A tool in full. `offered`: what an MCP server offered at `offered_at`. Values of headers are never told. */
export const toolDtoSchema = toolSummarySchema.extend({
  input_schema: z.record(z.string(), z.unknown()).nullable(), offered: z.array(offeredToolSchema).nullable(), offered_at: z.string().nullable(),
});
export type ToolDto = z.output<typeof toolDtoSchema>;

/** `status`: of the server's HTTP answer, where there was one. */
export const toolTestSchema = z.object({ object: z.literal("tool_test"), ok: z.boolean(), status: z.number().nullable(), duration_ms: z.number(), content: z.string() });
export type ToolTest = z.output<typeof toolTestSchema>;

/** What is stored of a tool beside its name: everything but secrets. */
export const httpConfigSchema = z.object({
  url: z.string(), method: methodSchema, input_schema: z.record(z.string(), z.unknown()), timeout_seconds: z.number(), max_answer_bytes: z.number(), header_names: z.array(z.string()),
});
export const mcpConfigSchema = httpConfigSchema.omit({ method: true, input_schema: true });
export type HttpConfig = z.output<typeof httpConfigSchema>;
export type McpConfig = z.output<typeof mcpConfigSchema>;
