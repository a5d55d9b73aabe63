/** A request of chat completions as what a run works on. Pure. */
import type { Message, RunContext, ToolChoice } from "@/lib/runs/context";
import { MAX_INPUT_BYTES } from "@/lib/runs/schema";
import type { ChatMessage, ChatRequest } from "@/lib/chat/schema";

/** What the agent works on: the caller's conversation, tools and wishes. */
export function toRunContext(request: ChatRequest): RunContext {
  const { tool_choice: choice, response_format: format } = request;
  return {
    messages: request.messages.map(toMessage),
    tools: (request.tools ?? []).map(({ function: one }) => ({ name: one.name, description: one.description ?? "", inputSchema: one.parameters ?? { type: "object", properties: {} } })),
    tool_choice: choice ? toToolChoice(choice) : undefined,
    temperature: request.temperature ?? undefined,
    max_output_tokens: request.max_completion_tokens ?? request.max_tokens ?? undefined,
    output_schema: format?.type === "json_schema" ? format.json_schema.schema : format?.type === "json_object" ? { type: "object" } : undefined,
  };
}

function toToolChoice(choice: NonNullable<ChatRequest["tool_choice"]>): ToolChoice {
  return typeof choice === "string" ? choice : { name: choice.function.name };
}

function toMessage(message: ChatMessage): Message {
  const content = textOf(message);
  switch (message.role) {
    case "developer":
    case "system": return { role: "system", content };
    case "user": return { role: "user", content };
    case "tool": return { role: "tool", content, tool_call_id: message.tool_call_id };
    case "assistant": return { role: "assistant", content, tool_calls: (message.tool_calls ?? []).map((call) => ({ id: call.id, name: call.function.name, arguments: call.function.arguments })) };
  }
}

/** A message's text, its parts put together. */
function textOf({ content }: ChatMessage): string {
  if (content === null || content === undefined) return "";
  return typeof content === "string" ? content : content.map((part) => part.text ?? part.refusal ?? "").join("\n");
}

/** What is shown as the run's input: the text of the last user's message, at most as long as an input may be. */
export function toInput(messages: ChatMessage[]): string {
  const asked = messages.findLast((message) => message.role === "user") ?? messages.at(-1);
  const text = asked ? textOf(asked) : "";
  if (text.length * 3 <= MAX_INPUT_BYTES) return text;
  return new TextDecoder().decode(new TextEncoder().encode(text).subarray(0, MAX_INPUT_BYTES)).replace(/\uFFFD+$/, "");
}
