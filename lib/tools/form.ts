/** What a form sends is text: these schemas turn the fields of the tools' forms into what the API takes. */
import { z } from "zod";
import { isObject } from "@/lib/tools/json";
import { createToolSchema, HTTP_METHODS, TOOL_KINDS, updateToolSchema, type CreateTool, type JsonObject, type UpdateTool } from "@/lib/tools/schema";

const [http] = createToolSchema.options;

/** A JSON object as somebody typed it. @param empty what an empty field stands for */
function jsonField(empty: JsonObject) {
  return z.string().max(65_536, "Use at most 64 KiB.").default("").transform((text, context): JsonObject => {
    if (text.trim() === "") return empty;
    try {
      const value: unknown = JSON.parse(text);
      if (isObject(value)) return value;
    } catch {
      // Told below, as for any other text that is no object.
    }
    context.addIssue({ code: "custom", message: "This is not a JSON object." });
    return z.NEVER;
  });
}

const numberField = <S extends z.ZodType<unknown, number>>(schema: S) => z.string().trim().min(1, "Give a number.").transform(Number).pipe(schema);

const fields = {
  kind: z.enum(TOOL_KINDS), name: http.shape.name, description: http.shape.description, url: http.shape.url,
  timeout_seconds: numberField(http.shape.timeout_seconds.unwrap()), max_answer_bytes: numberField(http.shape.max_answer_bytes.unwrap()),
  method: z.enum(HTTP_METHODS).default("GET"), input_schema: jsonField({ type: "object", properties: {} }),
};

/** `secret_headers` is JSON, and by its name never given back to the page. */
export const createToolFormSchema = z.object({ ...fields, secret_headers: jsonField({}).pipe(http.shape.headers.unwrap()) }).transform(({ kind, method, input_schema, secret_headers, ...shared }): CreateTool =>
  kind === "http" ? { kind, ...shared, headers: secret_headers, method, input_schema } : { kind, ...shared, headers: secret_headers });

export const updateToolFormSchema = z.object({ ...fields, tool: z.string().max(64), kind: fields.kind.default("http"), secret_headers: jsonField({}).pipe(updateToolSchema.shape.headers.unwrap()) })
  .transform(({ tool, kind, method, input_schema, secret_headers, ...shared }): { tool: string; change: UpdateTool } => ({
    tool, change: { ...shared, ...(Object.keys(secret_headers).length > 0 ? { headers: secret_headers } : {}), ...(kind === "http" ? { method, input_schema } : {}) },
  }));

/** `offered`: which of an MCP server's tools; empty asks for its list. */
export const testToolFormSchema = z.object({ tool: z.string().max(64), offered: z.string().max(200).default(""), arguments: jsonField({}) });
