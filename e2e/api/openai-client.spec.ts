/** The official `openai` package, unchanged, against the running application. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "@playwright/test";
import OpenAI from "openai";
import { until } from "../fixtures/until";
import { makeAgent, makeKey, makeWorkspace, readCounter, readRun, type Workspace } from "../fixtures/workspace";
import { BASE, call, checkedFetch, json } from "./client";
import { test } from "./mounts";

const TEXT = readFileSync(join(import.meta.dirname, "texts/tide-mill.txt"), "utf8");
/** Long enough that its answer is still being written when a client goes. */
const LONG_TEXT = Array.from({ length: 8 }, (_, n) => TEXT.replaceAll(". ", ` (${n}). `)).join("\n\n");
const WEATHER: OpenAI.ChatCompletionTool = {
  type: "function", function: { name: "get_weather", description: "The weather of a city.", parameters: { type: "object", properties: { city: { type: "string" } }, required: ["city"] } },
};

let one: Workspace;
test.beforeAll(async () => void (one = await makeWorkspace()));

const client = (apiKey = one.secret): OpenAI => new OpenAI({ apiKey, baseURL: `${BASE}/api/v1`, maxRetries: 0, fetch: checkedFetch });
const runOf = ({ id }: { id: string }): string => id.replace(/^chatcmpl-/, "");
const ask = (content: string): OpenAI.ChatCompletionMessageParam[] => [{ role: "user", content }];

async function errorOf(promise: PromiseLike<unknown>): Promise<InstanceType<typeof OpenAI.APIError>> {
  const error: unknown = await Promise.resolve(promise).then(() => null, (thrown: unknown) => thrown);
  if (!(error instanceof OpenAI.APIError)) throw new Error("it did not fail as the client's errors do", { cause: error });
  return error;
}

test("models are the workspace's agents", async () => {
  const { slug } = await makeAgent(one, "stint-extract-1");
  const models = [];
  for await (const model of client().models.list()) models.push(model);
  expect(models.map(({ id }) => id)).toEqual(expect.arrayContaining([one.agentSlug, slug]));
  const model = await client().models.retrieve(slug);
  expect(model).toMatchObject({ id: slug, object: "model", owned_by: one.slug });
  expect(Math.abs(model.created - Date.now() / 1_000)).toBeLessThan(300);
});

test("a completion is the run's answer, with what it used", async () => {
  const before = (await readCounter(one)).calls;
  const answer = await client().chat.completions.create({ model: "agent", messages: ask(TEXT) });
  const run = await json<{ output: string; status: string; input: string; usage: { input_tokens: number; output_tokens: number } }>(await call("GET", `/api/v1/runs/${runOf(answer)}`, { key: one.secret }));
  expect(run).toMatchObject({ status: "succeeded", input: TEXT });
  expect(answer).toMatchObject({ object: "chat.completion", model: "agent", choices: [{ index: 0, finish_reason: "stop", message: { role: "assistant", content: run.output } }] });
  expect(answer.usage).toEqual({ prompt_tokens: run.usage.input_tokens, completion_tokens: run.usage.output_tokens, total_tokens: run.usage.input_tokens + run.usage.output_tokens });
  expect((await readCounter(one)).calls).toBe(before + 2);
});

test("a stream comes in pieces, and its usage at the end", async () => {
  const stream = await client().chat.completions.create({ model: "agent", messages: ask(TEXT), stream: true, stream_options: { include_usage: true } });
  const chunks: OpenAI.ChatCompletionChunk[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  expect(chunks[0]?.choices[0]?.delta).toEqual({ role: "assistant", content: "" });
  const texts = chunks.map((chunk) => chunk.choices[0]?.delta.content ?? "").filter((text) => text !== "");
  expect(texts.length).toBeGreaterThan(3);
  expect(texts.join("")).toBe((await readRun(runOf(chunks[0] ?? { id: "" }))).output);
  expect(chunks.at(-2)?.choices[0]).toMatchObject({ delta: {}, finish_reason: "stop" });
  const last = chunks.at(-1);
  expect(last?.choices).toEqual([]);
  expect(last?.usage?.total_tokens).toBe((last?.usage?.prompt_tokens ?? 0) + (last?.usage?.completion_tokens ?? 0));
  expect(last?.usage?.completion_tokens).toBeGreaterThan(50);
  expect(new Set(chunks.map(({ id, model, created }) => `${id} ${model} ${created}`)).size).toBe(1);
  // Without being asked for it, there is none.
  const plain = await client().chat.completions.create({ model: "agent", messages: ask("One sentence. Another."), stream: true });
  for await (const chunk of plain) expect(chunk).not.toHaveProperty("usage");
});

test("the client's own helper puts a stream together", async () => {
  const stream = client().chat.completions.stream({ model: "agent", messages: ask(TEXT) });
  const final = await stream.finalChatCompletion();
  expect(final.choices[0]?.message.content).toBe((await readRun(runOf(final))).output);
});

for (const streaming of [false, true]) {
  test(`the caller's tools are called by the caller, ${streaming ? "streamed" : "at once"}`, async () => {
    const question: OpenAI.ChatCompletionMessageParam[] = [{ role: "system", content: "Answer in one sentence." }, ...ask("Use get_weather for city: Oslo")];
    const complete = async (messages: OpenAI.ChatCompletionMessageParam[]): Promise<OpenAI.ChatCompletion.Choice> => {
      const body = { model: "agent", messages, tools: [WEATHER] };
      const answer = streaming ? await client().chat.completions.stream(body).finalChatCompletion() : await client().chat.completions.create(body);
      if (!answer.choices[0]) throw new Error("there is no choice");
      return answer.choices[0];
    };
    const first = await complete(question);
    expect(first.finish_reason).toBe("tool_calls");
    const [asked] = first.message.tool_calls ?? [];
    if (asked?.type !== "function") throw new Error("no function was called");
    expect({ name: asked.function.name, arguments: JSON.parse(asked.function.arguments) as unknown }).toEqual({ name: "get_weather", arguments: { city: "Oslo" } });
    const second = await complete([...question, first.message, { role: "tool", tool_call_id: asked.id, content: "It rains in Oslo until Thursday." }]);
    expect(second).toMatchObject({ finish_reason: "stop", message: { content: "It rains in Oslo until Thursday." } });
  });
}

test("errors are the client's own classes", async () => {
  const chat = (more: object, by = client()) => errorOf(by.chat.completions.create({ model: "agent", messages: ask("One."), ...more }));
  const full = await makeWorkspace({ queueDepth: 0 });
  const spent = await makeWorkspace({ minutesMs: 0 });
  const reader = await makeKey(one, ["runs:read"]);
  const seen: [InstanceType<typeof OpenAI.APIError>, new (...args: never[]) => Error, number, string, string | null][] = [
    [await chat({}, client("stint_nothing")), OpenAI.AuthenticationError, 401, "unauthorized", null],
    [await errorOf(client("stint_nothing").models.list()), OpenAI.AuthenticationError, 401, "unauthorized", null],
    [await chat({}, client(reader.secret)), OpenAI.PermissionDeniedError, 403, "scope_missing", "runs:write"],
    [await chat({ model: "gpt-9" }), OpenAI.NotFoundError, 404, "not_found", "model"],
    [await errorOf(client().models.retrieve("gpt-9")), OpenAI.NotFoundError, 404, "not_found", null],
    [await chat({ n: 2 }), OpenAI.UnprocessableEntityError, 422, "invalid_field", "n"],
    [await chat({ messages: [{ role: "user", content: [{ type: "image_url", image_url: { url: "https://x.example/a.png" } }] }] }), OpenAI.UnprocessableEntityError, 422, "invalid_field", "messages.0.content.0.type"],
    [await chat({}, client(full.secret)), OpenAI.RateLimitError, 429, "queue_full", null],
    [await chat({}, client(spent.secret)), OpenAI.APIError, 402, "quota_exceeded", null],
  ];
  for (const [error, kind, status, code, param] of seen) {
    expect(error, code).toBeInstanceOf(kind);
    expect({ status: error.status, code: error.code, param: error.param }).toEqual({ status, code, param });
    expect(error.requestID).toMatch(/^req_/);
  }
});

test("the limit of requests is told in the client's way", async () => {
  const few = await makeWorkspace({ requestsPerMinute: 1 });
  await client(few.secret).models.list();
  const error = await until(() => client(few.secret).models.list().then(() => null, (thrown: unknown) => thrown), (thrown) => thrown !== null);
  expect(error).toBeInstanceOf(OpenAI.RateLimitError);
  expect(Number((error as InstanceType<typeof OpenAI.APIError>).headers?.get("retry-after"))).toBeGreaterThan(0);
});

for (const streaming of [false, true]) {
  test(`a client that goes ends the run and the model's work, ${streaming ? "streamed" : "at once"}`, async () => {
    const { slug, id } = await makeAgent(one, "stint-extract-1", { instructions: "Answer in 400 sentences." });
    const since = Date.now();
    const gone = new AbortController();
    const request = (async () => {
      const answer = await client().chat.completions.create({ model: slug, messages: ask(LONG_TEXT), stream: streaming }, { signal: gone.signal });
      if ("controller" in answer) for await (const chunk of answer) if (chunk.choices[0]?.delta.content) gone.abort();
    })();
    const findRun = async () => (await json<{ data: { id: string; status: string }[] }>(await call("GET", `/api/v1/runs?agent=${id}`, { key: one.secret }))).data[0];
    if (!streaming) {
      await until(findRun, (run) => run?.status === "running");
      await until(() => readModelLog(since), (log) => log.length > 0);
      gone.abort();
    }
    await request.catch((error: unknown) => expect(error).toBeInstanceOf(OpenAI.APIUserAbortError));
    expect(gone.signal.aborted).toBe(true);
    expect((await until(findRun, (run) => run?.status !== "queued" && run?.status !== "running"))?.status).toBe("canceled");
    const log = await until(() => readModelLog(since), (entries) => entries.every((entry) => entry.ended_at !== null));
    expect(log.map((entry) => entry.aborted)).toEqual([true]);
  });
}

/** What the model server saw since then. */
async function readModelLog(since: number): Promise<{ started_at: number; ended_at: number | null; aborted: boolean }[]> {
  const response = await fetch(`${process.env.STINT_TEST_MODEL_URL}/_log`, { headers: { authorization: `Bearer ${process.env.STINT_TEST_MODEL_KEY}` } });
  return (await json<{ started_at: number; ended_at: number | null; aborted: boolean }[]>(response)).filter((entry) => entry.started_at >= since);
}
