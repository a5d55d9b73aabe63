/** The wire of OpenAI's chat completions, as far as it is understood here. Fields that are not named are ignored, as OpenAI does. */
import { z } from "zod";
import { metadataSchema } from "@/lib/runs/schema";

/** Most messages of one request, and most tools. */
export const MAX_MESSAGES = 4_096;
export const MAX_CALLER_TOOLS = 128;

const partSchema = z.object({ type: z.string(), text: z.string().optional(), refusal: z.string().optional() });
/** A text, or parts of which every one is text. */
const contentSchema = z.union([z.string(), z.array(partSchema).min(1)], "Use a text, or a list of text parts.");
const nameSchema = z.string().regex(/^[\w-]{1,64}$/, "Use 1 to 64 letters, digits, hyphens and underscores.");

const callSchema = z.object({ id: z.string().min(1).max(200), type: z.literal("function").default("function"), function: z.object({ name: nameSchema, arguments: z.string() }) });

export const chatMessageSchema = z.discriminatedUnion("role", [
  z.object({ role: z.enum(["system", "developer", "user"]), content: contentSchema }),
  z.object({ role: z.literal("assistant"), content: contentSchema.nullish(), tool_calls: z.array(callSchema).max(MAX_CALLER_TOOLS).nullish() }),
  z.object({ role: z.literal("tool"), content: contentSchema, tool_call_id: z.string().min(1).max(200) }),
], "The roles are `system`, `developer`, `user`, `assistant` and `tool`.");
export type ChatMessage = z.output<typeof chatMessageSchema>;

const jsonSchemaSchema = z.record(z.string(), z.unknown(), "Use a JSON Schema.");

const toolSchema = z.object({
  type: z.literal("function", "Only tools of the type `function` are understood."),
  function: z.object({ name: nameSchema, description: z.string().nullish(), parameters: jsonSchemaSchema.nullish(), strict: z.boolean().nullish() }),
});

const responseFormatSchema = z.discriminatedUnion("type", [
  z.object({ type: z.literal("text") }),
  z.object({ type: z.literal("json_object") }),
  z.object({
    type: z.literal("json_schema"),
    json_schema: z.object({ name: nameSchema, schema: jsonSchemaSchema.refine((schema) => schema.type === "object", "Use a JSON Schema whose `type` is `object`."), strict: z.boolean().nullish() }),
  }),
], "The formats are `text`, `json_object` and `json_schema`.");

export const chatRequestSchema = z.object({
  model: z.string("Name an agent by its slug.").min(1, "Name an agent by its slug.").max(64).describe("An agent's slug or id."),
  messages: z.array(chatMessageSchema).min(1, "Send at least one message.").max(MAX_MESSAGES).describe("The conversation so far. The agent's instructions come before it."),
  tools: z.array(toolSchema).max(MAX_CALLER_TOOLS).nullish().describe("Tools that the caller runs; the agent's own are run by Stint."),
  tool_choice: z.union([z.enum(["auto", "none", "required"]), z.object({ type: z.literal("function"), function: z.object({ name: nameSchema }) })], "Use `auto`, `none`, `required` or one of the tools.").nullish()
    .describe("Whether the model may, must or must not call a tool, or which one it must."),
  parallel_tool_calls: z.boolean().nullish().describe("Accepted; what the model does is up to it."),
  max_tokens: z.int().min(1).nullish().describe("Most tokens of each answer of the model."),
  max_completion_tokens: z.int().min(1).nullish().describe("Comes before `max_tokens`."),
  temperature: z.number().min(0).max(2).nullish().describe("Goes before the agent's own."),
  response_format: responseFormatSchema.nullish().describe("Holds the answer to JSON; it is then streamed in one piece."),
  stream: z.boolean().nullish().describe("Answer in chunks, as the model writes."),
  stream_options: z.object({ include_usage: z.boolean().nullish() }).nullish().describe("`include_usage`: a last chunk with the token counts."),
  n: z.literal(1, "One answer is given.").nullish().describe("One answer is given."),
  modalities: z.array(z.literal("text", "Only text is answered.")).nullish().describe("Only text is answered."),
  functions: z.array(z.unknown()).max(0, "Use `tools`.").nullish().describe("Not taken: use `tools`."),
  user: z.string().nullish().describe("Accepted and not kept."),
  metadata: metadataSchema.nullish().describe("Kept with the run."),
}).superRefine((request, context) => {
  for (const fault of findFaults(request.messages)) context.addIssue({ code: "custom", ...fault, path: ["messages", ...fault.path] });
  const { tool_choice: choice } = request;
  const names = new Set(request.tools?.map((tool) => tool.function.name));
  if (names.size < (request.tools?.length ?? 0)) context.addIssue({ code: "custom", path: ["tools"], message: "Two tools have the same name." });
  if (typeof choice === "object" && choice && !names.has(choice.function.name)) context.addIssue({ code: "custom", path: ["tool_choice", "function", "name"], message: "There is no such tool in `tools`." });
  if (choice === "required" && names.size === 0) context.addIssue({ code: "custom", path: ["tool_choice"], message: "There are no tools to require one of." });
});
export type ChatRequest = z.output<typeof chatRequestSchema>;

/** A last word of the user's that says nothing, parts that are no text, and calls and results that do not belong together. */
function* findFaults(messages: ChatMessage[]): Generator<{ path: (string | number)[]; message: string }> {
  let open = new Set<string>();
  const asked = messages.findLastIndex(({ role }) => role === "user");
  const question = messages[asked]?.content;
  if (question !== undefined && (typeof question === "string" ? question : (question ?? []).map((part) => part.text ?? "?").join("")).trim() === "") yield { path: [asked, "content"], message: "The message is empty." };
  for (const [at, message] of messages.entries()) {
    if (Array.isArray(message.content)) {
      for (const [place, part] of message.content.entries()) {
        if (part.type !== "text" && !(part.type === "refusal" && message.role === "assistant")) yield { path: [at, "content", place, "type"], message: `Only text is understood here, not \`${part.type}\`.` };
        else if ((part.text ?? part.refusal) === undefined) yield { path: [at, "content", place, "text"], message: "The text is missing." };
      }
    }
    if (message.role === "tool") {
      if (!open.delete(message.tool_call_id)) yield { path: [at, "tool_call_id"], message: "This answers no tool call of the assistant's message before it." };
      continue;
    }
    if (open.size > 0) yield { path: [at], message: "The tool calls before this message have not all been answered by messages of the role `tool`." };
    open = new Set(message.role === "assistant" ? message.tool_calls?.map((call) => call.id) : []);
  }
  if (open.size > 0) yield { path: [messages.length - 1], message: "Its tool calls have not all been answered by messages of the role `tool`." };
}

const usageSchema = z.object({ prompt_tokens: z.number(), completion_tokens: z.number(), total_tokens: z.number() });
export type ChatUsage = z.output<typeof usageSchema>;

const finishReasonSchema = z.enum(["stop", "length", "tool_calls", "content_filter"]);
export type FinishReason = z.output<typeof finishReasonSchema>;

export const chatCompletionSchema = z.object({
  id: z.string().describe("`chatcmpl-` and the id of the run."),
  object: z.literal("chat.completion"),
  created: z.number().describe("Seconds since 1970."),
  model: z.string().describe("As it was asked for."),
  choices: z.array(z.object({
    index: z.number(),
    message: z.object({
      role: z.literal("assistant"), content: z.string().nullable(), refusal: z.null(),
      tool_calls: z.array(z.object({ id: z.string(), type: z.literal("function"), function: z.object({ name: z.string(), arguments: z.string() }) })).optional(),
    }),
    logprobs: z.null(), finish_reason: finishReasonSchema,
  })),
  usage: usageSchema,
});
export type ChatCompletion = z.output<typeof chatCompletionSchema>;

export const chatModelSchema = z.object({
  id: z.string().describe("The agent's slug."),
  object: z.literal("model"), created: z.number(),
  owned_by: z.string().describe("The workspace's address."),
});
export type ChatModel = z.output<typeof chatModelSchema>;
/** Every agent that is not archived; the list has one page. */
export const chatModelListSchema = z.object({ object: z.literal("list"), data: z.array(chatModelSchema), has_more: z.literal(false), next_cursor: z.null() });
