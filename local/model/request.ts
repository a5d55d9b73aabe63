import { z } from "zod";
import { invalidRequest } from "./errors";

const contentSchema = z.union([
  z.string(),
  z.null(),
  z.array(z.discriminatedUnion("type", [z.object({ type: z.literal("text"), text: z.string() })])),
]);

const messageSchema = z.object({
  role: z.enum(["system", "developer", "user", "assistant", "tool"]),
  content: contentSchema.optional(),
});

const toolSchema = z.object({
  type: z.literal("function"),
  function: z.object({
    name: z.string().regex(/^[\w-]{1,64}$/),
    description: z.string().optional(),
    parameters: z.record(z.string(), z.unknown()).optional(),
  }),
});

const requestSchema = z.object({
  model: z.string().min(1),
  messages: z.array(messageSchema).min(1),
  stream: z.boolean().nullish(),
  stream_options: z.object({ include_usage: z.boolean().nullish() }).nullish(),
  max_tokens: z.int().min(1).nullish(),
  max_completion_tokens: z.int().min(1).nullish(),
  n: z.literal(1, "only one choice can be made").nullish(),
  response_format: z.object({ type: z.literal("text", "only text can be answered") }).nullish(),
  tools: z.array(toolSchema).max(128).nullish(),
  tool_choice: z
    .union([z.enum(["none", "auto", "required"]), z.object({ type: z.literal("function"), function: z.object({ name: z.string() }) })])
    .nullish(),
  parallel_tool_calls: z.boolean().nullish(),
});

export type ChatRequest = z.infer<typeof requestSchema>;
export type Tool = z.infer<typeof toolSchema>;
export type Message = z.infer<typeof messageSchema>;

/** Reads a chat-completions body. Fields this model has no use for (temperature, seed, …) are accepted and ignored. Throws a 400. */
export function parseChatRequest(body: string): ChatRequest {
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch {
    throw invalidRequest("The request body is not valid JSON.", null, "invalid_json");
  }
  const parsed = requestSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const param = issue && issue.path.length > 0 ? issue.path.join(".") : null;
  throw invalidRequest(`${param ? `Invalid '${param}'` : "Invalid request"}: ${issue?.message ?? "not understood"}.`, param, null);
}

/** A message's text, its parts put together. */
export function messageText(message: Message): string {
  const { content } = message;
  if (content === null || content === undefined) return "";
  return typeof content === "string" ? content : content.map((part) => part.text).join("\n");
}
