import { describe, expect, test } from "vitest";
import { AppError } from "@/lib/core/errors";
import { AnswerChanged, AnswerText } from "@/lib/chat/answer-text";
import { toInput, toRunContext } from "@/lib/chat/request";
import { chatRequestSchema } from "@/lib/chat/schema";
import { parseFields } from "@/lib/http/parse";

const user = { role: "user", content: "Hello." };
const base = { model: "agent", messages: [user] };
const tool = { type: "function", function: { name: "weather", description: "Says it.", parameters: { type: "object", properties: { city: { type: "string" } } } } };
const call = { id: "c1", type: "function", function: { name: "weather", arguments: '{"city":"Oslo"}' } };

describe("what real clients send", () => {
  test.each([
    ["text parts", { messages: [{ role: "user", content: [{ type: "text", text: "a" }, { type: "text", text: "b" }] }] }],
    ["fields that mean nothing here", { store: true, seed: 1, top_p: 0.5, service_tier: "auto", logprobs: null, whatever: { a: 1 } }],
    ["nulls", { tools: null, temperature: null, max_tokens: null, stop: null, stream_options: null, metadata: null }],
    ["a round of tool calls", { tools: [tool], messages: [user, { role: "assistant", content: null, tool_calls: [call], refusal: null }, { role: "tool", tool_call_id: "c1", content: "Rain." }] }],
    ["a refusal in the history", { messages: [user, { role: "assistant", content: [{ type: "refusal", refusal: "No." }] }, user] }],
    ["one choice, in text", { n: 1, modalities: ["text"], response_format: { type: "text" } }],
  ])("%s is taken", (_, more) => expect(chatRequestSchema.safeParse({ ...base, ...more }).error).toBeUndefined());

  test.each([
    ["an image", { messages: [user, { role: "user", content: [{ type: "text", text: "a" }, { type: "image_url", image_url: { url: "x" } }] }] }, "messages.1.content.1.type", /image_url/],
    ["a part without text", { messages: [{ role: "user", content: [{ type: "text" }] }] }, "messages.0.content.0.text", /missing/],
    ["no content", { messages: [{ role: "user" }] }, "messages.0.content", /text parts/],
    ["another role", { messages: [{ role: "function", content: "x" }] }, "messages.0.role", /roles/],
    ["nothing asked", { messages: [user, { role: "user", content: " \n" }] }, "messages.1.content", /empty/],
    ["no messages", { messages: [] }, "messages", /at least one/],
    ["two choices", { n: 2 }, "n", /One answer/],
    ["sound", { modalities: ["audio"] }, "modalities.0", /Only text/],
    ["the old functions", { functions: [{ name: "x" }] }, "functions", /tools/],
    ["a tool of another type", { tools: [{ type: "custom", custom: { name: "x" } }] }, "tools.0.type", /function/],
    ["two tools of one name", { tools: [tool, tool] }, "tools", /same name/],
    ["a choice that is no tool", { tools: [tool], tool_choice: { type: "function", function: { name: "other" } } }, "tool_choice.function.name", /no such tool/],
    ["a result of nothing", { messages: [user, { role: "tool", tool_call_id: "c1", content: "x" }] }, "messages.1.tool_call_id", /answers no/],
    ["a call without its result", { messages: [user, { role: "assistant", tool_calls: [call] }, user] }, "messages.2", /not all been answered/],
    ["a call without any result", { messages: [user, { role: "assistant", tool_calls: [call] }] }, "messages.1", /not all been answered/],
    ["a schema of a list", { response_format: { type: "json_schema", json_schema: { name: "x", schema: { type: "array" } } } }, "response_format.json_schema.schema", /object/],
    ["NUL", { messages: [{ role: "user", content: "a\u0000" }] }, "messages", /NUL/],
  ])("%s is refused, and named", (_, more, param, message) => {
    let error: unknown;
    try {
      parseFields(chatRequestSchema, { ...base, ...more });
    } catch (thrown) {
      error = thrown;
    }
    if (!(error instanceof AppError)) throw new Error("it was taken");
    expect({ code: error.code, param: error.param }).toEqual({ code: "invalid_field", param });
    expect(error.message).toMatch(message);
  });
});

test("a request becomes what a run works on", () => {
  const request = chatRequestSchema.parse({
    ...base, tools: [tool, { type: "function", function: { name: "now" } }], tool_choice: { type: "function", function: { name: "now" } }, max_tokens: 5, max_completion_tokens: 9, temperature: 1,
    response_format: { type: "json_object" }, messages: [{ role: "developer", content: "Be brief." }, user, { role: "assistant", tool_calls: [call] }, { role: "tool", tool_call_id: "c1", content: [{ type: "text", text: "Ra" }, { type: "text", text: "in" }] }],
  });
  expect(toRunContext(request)).toEqual({
    messages: [
      { role: "system", content: "Be brief." }, { role: "user", content: "Hello." }, { role: "assistant", content: "", tool_calls: [{ id: "c1", name: "weather", arguments: '{"city":"Oslo"}' }] },
      { role: "tool", tool_call_id: "c1", content: "Ra\nin" },
    ],
    tools: [{ name: "weather", description: "Says it.", inputSchema: tool.function.parameters }, { name: "now", description: "", inputSchema: { type: "object", properties: {} } }],
    tool_choice: { name: "now" }, temperature: 1, max_output_tokens: 9, output_schema: { type: "object" },
  });
  expect(toInput(request.messages)).toBe("Hello.");
});

test("a long question is shown up to where an input may end, in whole characters", () => {
  const shown = toInput([{ role: "user", content: "é".repeat(200_000) }]);
  expect(shown).toBe("é".repeat(131_072));
  expect(toInput([{ role: "user", content: `a${"é".repeat(200_000)}` }]).at(-1)).toBe("é");
});

describe("the text of a stream", () => {
  const started = (step: number) => ({ type: "step.started", data: { step, kind: "model" } });
  const delta = (step: number, text: string) => ({ type: "output.delta", data: { step, text } });
  const read = (events: { type: string; data: Record<string, unknown> }[]): string[] => {
    const text = new AnswerText();
    return events.map((event) => text.add(event)).filter((piece) => piece !== "");
  };

  test("is each turn's, with a blank line between", () => {
    expect(read([started(1), delta(1, "I "), delta(1, "look."), { type: "step.started", data: { step: 2, kind: "tool" } }, started(3), delta(3, "It rains.")])).toEqual(["I ", "look.", "\n\nIt rains."]);
    expect(read([started(1), started(3), delta(3, "It rains.")])).toEqual(["It rains."]);
  });

  test("is not sent twice when a turn begins again", () => {
    expect(read([started(1), delta(1, "One t"), started(1), delta(1, "One"), delta(1, " two"), delta(1, " three")])).toEqual(["One t", "wo", " three"]);
    expect(read([started(1), delta(1, "a"), started(3), delta(3, "bc"), started(3), delta(3, "b"), delta(3, "cd")])).toEqual(["a", "\n\nbc", "d"]);
  });

  test("ends when the turn that began again is another one", () => {
    expect(() => read([started(1), delta(1, "One two"), started(1), delta(1, "One three")])).toThrow(AnswerChanged);
  });
});
