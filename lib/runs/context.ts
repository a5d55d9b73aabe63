/** What a run works on beside its input, in one shape for storing and for calling a model. */
import { z } from "zod";

/** A call that a model asked for. `arguments` is the JSON as the model wrote it. */
export const toolCallSchema = z.object({ id: z.string(), name: z.string(), arguments: z.string() });
export type ToolCall = z.output<typeof toolCallSchema>;

/** One message of a conversation with a model. */
export const messageSchema = z.discriminatedUnion("role", [
  z.object({ role: z.literal("system"), content: z.string() }),
  z.object({ role: z.literal("user"), content: z.string() }),
  z.object({ role: z.literal("assistant"), content: z.string(), tool_calls: z.array(toolCallSchema).default([]) }),
  z.object({ role: z.literal("tool"), tool_call_id: z.string(), content: z.string() }),
]);
export type Message = z.output<typeof messageSchema>;

/** A tool as a model sees it. `inputSchema` is a JSON Schema of an object. */
export const toolDefinitionSchema = z.object({ name: z.string(), description: z.string(), inputSchema: z.record(z.string(), z.unknown()) });
export type ToolDefinition = z.output<typeof toolDefinitionSchema>;

export const toolChoiceSchema = z.union([z.enum(["auto", "none", "required"]), z.object({ name: z.string() })]);
export type ToolChoice = z.output<typeof toolChoiceSchema>;

/** What a request of chat completions brings along. The caller's own tools end the run when they are called: the caller answers them. */
export const runContextSchema = z.object({
  messages: z.array(messageSchema),
  tools: z.array(toolDefinitionSchema).default([]),
  tool_choice: toolChoiceSchema.optional(),
  temperature: z.number().optional(),
  max_output_tokens: z.number().int().optional(),
  output_schema: z.record(z.string(), z.unknown()).optional(),
});
export type RunContext = z.output<typeof runContextSchema>;

/** What a stored step remembers beside its output. */
export const modelDetailSchema = z.object({ tool_calls: z.array(toolCallSchema) });
export const toolDetailSchema = z.object({ call_id: z.string(), arguments: z.string(), ok: z.boolean(), child_run_id: z.string().optional() });
export type ToolDetail = z.output<typeof toolDetailSchema>;
