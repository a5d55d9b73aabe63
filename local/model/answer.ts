import { invalidRequest } from "./errors";
import { messageText, type ChatRequest } from "./request";
import { summarise } from "./text/summarise";
import { countPromptTokens, countTokens, takeTokens } from "./tokens";
import { chooseToolCalls, type ToolCall } from "./tools";

export interface Answer {
  text: string | null;
  toolCalls: ToolCall[];
  finish: "stop" | "length" | "tool_calls";
  usage: { prompt_tokens: number; completion_tokens: number; total_tokens: number };
}

/** Longest prompt, in characters; more than any input the platform takes. */
const LONGEST_PROMPT = 2_000_000;
/** A tool's result this short is quoted whole. */
const SHORT_RESULT = 600;

/**
 * The model's answer to a conversation, the same for the same request: after a tool's result, that result; with tools
 * that the last user message calls for, the calls; else a summary of the last user message. Throws a 400 where there is
 * nothing to work on.
 */
export function answerChat(request: ChatRequest): Answer {
  const texts = request.messages.map(messageText);
  if (texts.reduce((sum, text) => sum + text.length, 0) > LONGEST_PROMPT) {
    throw invalidRequest(`The prompt is longer than ${LONGEST_PROMPT} characters.`, "messages", "context_length_exceeded");
  }
  const tools = request.tools ?? [];
  const promptTokens = countPromptTokens(texts, tools);
  const results = readToolResults(request);
  if (results === null) {
    const calls = chooseToolCalls(tools, request.tool_choice ?? "auto", requireUserText(request));
    if (calls.length > 0) {
      const toolCalls = request.parallel_tool_calls === false ? calls.slice(0, 1) : calls;
      const tokens = toolCalls.reduce((sum, call) => sum + countTokens(`${call.name} ${call.arguments}`), 0);
      return { text: null, toolCalls, finish: "tool_calls", usage: addUsage(promptTokens, tokens) };
    }
  }
  const limit = request.max_completion_tokens ?? request.max_tokens ?? Number.POSITIVE_INFINITY;
  const whole = results === null ? summarise(requireUserText(request), readLimits(request)) : reportResults(results, request);
  const { text, cut } = takeTokens(whole, limit);
  return { text, toolCalls: [], finish: cut ? "length" : "stop", usage: addUsage(promptTokens, countTokens(text)) };
}

function addUsage(prompt: number, completion: number): Answer["usage"] {
  return { prompt_tokens: prompt, completion_tokens: completion, total_tokens: prompt + completion };
}

function requireUserText(request: ChatRequest): string {
  const last = request.messages.findLast((message) => message.role === "user");
  const text = last ? messageText(last) : "";
  if (text.trim() === "") throw invalidRequest("There is no user message with text in it.", "messages", "empty_input");
  return text;
}

/** The tool messages that end the conversation, or null when it does not end in one. */
function readToolResults(request: ChatRequest): string[] | null {
  const results: string[] = [];
  for (let i = request.messages.length - 1; i >= 0; i--) {
    const message = request.messages[i];
    if (message?.role !== "tool") break;
    results.unshift(messageText(message));
  }
  return results.length === 0 ? null : results;
}

function reportResults(results: string[], request: ChatRequest): string {
  const limits = readLimits(request);
  return results.map((result) => (result.length <= SHORT_RESULT ? result.trim() : summarise(result, limits) || result.slice(0, SHORT_RESULT))).join("\n\n");
}

const NUMBERS = new Map(["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"].map((word, i) => [word, i + 1]));
const LIMIT =
  /\b(one|two|three|four|five|six|seven|eight|nine|ten|single|\d{1,3})(?:\s+or\s+(?:fewer|less))?[\s-]+(?:(?:short|brief|key|concise|clear|full|plain|important)\s+)*sentences?\b/iu;

/** The number of sentences that the system message asks for ("in three sentences", "at most 5 sentences", "one sentence"). */
function readLimits(request: ChatRequest): { sentences?: number } {
  for (const message of request.messages) {
    if (message.role !== "system" && message.role !== "developer") continue;
    const word = LIMIT.exec(messageText(message))?.[1]?.toLowerCase();
    if (word === undefined) continue;
    return { sentences: word === "single" ? 1 : (NUMBERS.get(word) ?? Math.max(1, Number(word))) };
  }
  return {};
}
