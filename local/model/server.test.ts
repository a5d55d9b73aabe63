import { once } from "node:events";
import type { Server } from "node:http";
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { streamText } from "ai";
import OpenAI from "openai";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { listen } from "../serve";
import type { LogEntry } from "./request-log";
import { createModelServer, MODEL_ID } from "./server";
import { buildFiller, KEY_SENTENCES } from "./text/fixture";
import { summarise } from "./text/summarise";

const apiKey = "test-key";
const text = buildFiller(2_000);
const messages = [{ role: "user" as const, content: text }];
let server: Server;
let origin: string;
let client: OpenAI;

beforeAll(async () => {
  server = createModelServer({ apiKey, chunkDelayMs: 1, faults: true });
  const { port } = await listen(server, 0, "127.0.0.1");
  origin = `http://127.0.0.1:${port}`;
  client = new OpenAI({ apiKey, baseURL: `${origin}/v1`, maxRetries: 0 });
});
afterAll(async () => {
  server.close();
  server.closeAllConnections();
  await once(server, "close");
});

describe("chat completions", () => {
  it("answers with a summary and its tokens", async () => {
    const answer = await client.chat.completions.create({ model: MODEL_ID, messages });
    expect(answer.choices[0]?.message.content).toBe(summarise(text));
    expect(answer.choices[0]?.finish_reason).toBe("stop");
    expect(answer.usage?.prompt_tokens).toBeGreaterThan(2_000);
    expect(answer.usage?.total_tokens).toBe((answer.usage?.prompt_tokens ?? 0) + (answer.usage?.completion_tokens ?? 0));
  });

  it("streams the same answer in many chunks, with usage when asked", async () => {
    const whole = await client.chat.completions.create({ model: MODEL_ID, messages });
    const stream = await client.chat.completions.create({ model: MODEL_ID, messages, stream: true, stream_options: { include_usage: true } });
    let streamed = "";
    let chunks = 0;
    let usage: OpenAI.CompletionUsage | null | undefined;
    for await (const chunk of stream) {
      const piece = chunk.choices[0]?.delta.content ?? "";
      if (piece !== "") chunks += 1;
      streamed += piece;
      usage = chunk.usage ?? usage;
    }
    expect(streamed).toBe(whole.choices[0]?.message.content);
    expect(chunks).toBeGreaterThan(5);
    expect(usage).toEqual(whole.usage);
  });

  it("streams to the AI SDK", async () => {
    const provider = createOpenAICompatible({ name: "stint", apiKey, baseURL: `${origin}/v1`, includeUsage: true });
    const result = streamText({ model: provider(MODEL_ID), prompt: text });
    const pieces: string[] = [];
    for await (const piece of result.textStream) pieces.push(piece);
    for (const key of KEY_SENTENCES) expect(pieces.join("")).toContain(key);
    expect(pieces.length).toBeGreaterThan(5);
    expect((await result.usage).outputTokens).toBeGreaterThan(0);
  });

  it("keeps to the number of sentences and the tokens asked for", async () => {
    const system = { role: "system" as const, content: "Summarise in one sentence." };
    const one = await client.chat.completions.create({ model: MODEL_ID, messages: [system, ...messages] });
    expect(text).toContain(one.choices[0]?.message.content ?? "nothing");
    const short = await client.chat.completions.create({ model: MODEL_ID, messages, max_completion_tokens: 5 });
    expect(short.choices[0]?.finish_reason).toBe("length");
    expect(short.usage?.completion_tokens).toBe(5);
  });

  it("calls a tool, streamed, and then reports its result", async () => {
    const tools = [{ type: "function" as const, function: { name: "fetch_page", parameters: { type: "object", properties: { url: { type: "string" } }, required: ["url"] } } }];
    const question = { role: "user" as const, content: "What is on https://example.com/tides?" };
    const stream = client.chat.completions.stream({ model: MODEL_ID, messages: [question], tools });
    const first = await stream.finalChatCompletion();
    const message = first.choices[0]?.message;
    const call = message?.tool_calls?.[0];
    expect(first.choices[0]?.finish_reason).toBe("tool_calls");
    if (!message || call?.type !== "function") throw new Error("no tool call came");
    expect(JSON.parse(call.function.arguments)).toEqual({ url: "https://example.com/tides" });
    const result = { role: "tool" as const, tool_call_id: call.id, content: "High tide is at 14:20." };
    const second = await client.chat.completions.create({ model: MODEL_ID, messages: [question, message, result], tools });
    expect(second.choices[0]?.message.content).toBe("High tide is at 14:20.");
  });

  it("stops when the client goes away", async () => {
    const abort = new AbortController();
    const stream = await client.chat.completions.create({ model: `${MODEL_ID}:slow`, messages, stream: true }, { signal: abort.signal });
    await stream[Symbol.asyncIterator]().next();
    abort.abort();
    await vi.waitFor(async () => {
      const entry = (await readLog()).findLast((item) => item.model.endsWith(":slow"));
      expect(entry?.aborted).toBe(true);
      expect(entry?.ended_at).not.toBeNull();
    }, { timeout: 5_000, interval: 20 });
  });
});

describe("errors", () => {
  it.each([
    ["a wrong key", 401, () => post({ model: MODEL_ID, messages }, "wrong"), "invalid_api_key"],
    ["an unknown model", 404, () => post({ model: "gpt-9", messages }), "model_not_found"],
    ["broken JSON", 400, () => post("{"), "invalid_json"],
    ["missing messages", 400, () => post({ model: MODEL_ID }), null],
    ["an empty input", 400, () => post({ model: MODEL_ID, messages: [{ role: "user", content: " " }] }), "empty_input"],
    ["a picture", 400, () => post({ model: MODEL_ID, messages: [{ role: "user", content: [{ type: "image_url", image_url: { url: "x" } }] }] }), null],
    ["a fault", 500, () => post({ model: `${MODEL_ID}:error-500`, messages }), null],
    ["a body over 10 MB", 413, () => post("x".repeat(11 * 1024 * 1024)), "request_too_large"],
  ])("answers %s with %i", async (_, status, send, code) => {
    const response = await send();
    expect(response.status).toBe(status);
    // Any JSON fails the comparison unless it has this shape.
    const { error } = (await response.json()) as { error: { message: unknown; type: unknown; code: unknown } };
    expect([typeof error.message, typeof error.type, error.code]).toEqual(["string", "string", code]);
  });

  it("says when to come back", async () => {
    const response = await post({ model: `${MODEL_ID}:error-429`, messages });
    expect([response.status, response.headers.get("retry-after")]).toEqual([429, "1"]);
  });

  it("cuts the stream, or breaks it, when told to", async () => {
    const cut = await post({ model: `${MODEL_ID}:cut`, messages, stream: true });
    await expect(cut.text()).rejects.toThrow();
    const broken = await post({ model: `${MODEL_ID}:malformed`, messages, stream: true });
    expect(await broken.text()).toContain('"content":\n');
  });

  it.each(["hang", "hang-mid"])("never finishes a %s", async (fault) => {
    const answer = post({ model: `${MODEL_ID}:${fault}`, messages, stream: true }, apiKey, AbortSignal.timeout(300));
    await expect(answer.then((response) => response.text())).rejects.toThrow();
  });

  it("knows no faults unless they are allowed", async () => {
    const strict = createModelServer({ apiKey, chunkDelayMs: 0, faults: false });
    const { port } = await listen(strict, 0, "127.0.0.1");
    const headers = { authorization: `Bearer ${apiKey}` };
    const body = JSON.stringify({ model: `${MODEL_ID}:error-500`, messages });
    expect((await fetch(`http://127.0.0.1:${port}/v1/chat/completions`, { method: "POST", headers, body })).status).toBe(404);
    expect((await fetch(`http://127.0.0.1:${port}/_log`, { headers })).status).toBe(404);
    strict.close();
    strict.closeAllConnections();
  });
});

it("lists its model", async () => {
  const models = await client.models.list();
  expect(models.data.map((model) => model.id)).toEqual([MODEL_ID]);
});

function post(body: unknown, key = apiKey, signal?: AbortSignal): Promise<Response> {
  return fetch(`${origin}/v1/chat/completions`, {
    method: "POST",
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
    body: typeof body === "string" ? body : JSON.stringify(body),
    signal,
  });
}

async function readLog(): Promise<LogEntry[]> {
  const response = await fetch(`${origin}/_log`, { headers: { authorization: `Bearer ${apiKey}` } });
  // The server is the one under test; its log has this shape.
  return (await response.json()) as LogEntry[];
}
