/** Chat completions with a real worker and model server, called by the official client: what runs that fail come to, and what is stored. */
import OpenAI from "openai";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { POST as complete } from "@/app/api/v1/chat/completions/route";
import { endLeftoverRuns, makeAgent, makeWorkspace, owner, readRun, type Workspace } from "@/e2e/fixtures/workspace";
import { until } from "@/e2e/fixtures/until";
import { closeDb } from "@/lib/platform/db";
import { isEnded } from "@/lib/runs/schema";
import { startRunWorker, type RunWorker } from "@/lib/runs/worker/worker";

// Before the modules below read the environment.
vi.hoisted(() => {
  const free = { name: "Model", input_micros_per_million: 0, output_micros_per_million: 0, context_tokens: 200_000, max_output_tokens: 10_000 };
  process.env.MODEL_CATALOGUE = JSON.stringify([
    ...["", ":error-500", ":error-429", ":cut", ":slow"].map((fault) => ({ ...free, id: `stint-extract-1${fault}` })), { ...free, id: "no-such-model" },
    { ...free, id: "stint-extract-1:pace-0.priced", input_micros_per_million: 1_000_000_000 },
  ]);
});

const TEXT = Array.from({ length: 40 }, (_, n) => `The ${n}th barge carried ${n * 7} tonnes of gravel from the northern quarry past lock number ${n} before the evening bell.`).join(" ");

let one: Workspace;
let worker: RunWorker;
beforeAll(async () => {
  await endLeftoverRuns();
  one = await makeWorkspace({ spendMicros: 1_000 });
  worker = startRunWorker(4);
});
afterEach(endLeftoverRuns);
afterAll(async () => {
  await worker.stop(0);
  await closeDb();
});

/** The client, talking to the handler without a network between. */
function client(headers: Record<string, string> = {}): OpenAI {
  return new OpenAI({
    apiKey: one.secret, baseURL: "http://localhost/api/v1", maxRetries: 0, defaultHeaders: headers,
    fetch: async (url, init) => {
      const response = await complete(new Request(url, init), { params: Promise.resolve({}) });
      init?.signal?.throwIfAborted();
      return response;
    },
  });
}

const ask = (content: string) => [{ role: "user" as const, content }];
const agentOf = async (fault: string, config = {}): Promise<string> => (await makeAgent(one, fault.startsWith("no-") ? fault : `stint-extract-1${fault}`, { retries: 0, ...config })).slug;

async function errorOf(promise: PromiseLike<unknown>): Promise<InstanceType<typeof OpenAI.APIError>> {
  const error: unknown = await Promise.resolve(promise).then(() => null, (thrown: unknown) => thrown);
  if (!(error instanceof OpenAI.APIError)) throw new Error("it did not fail as the client's errors do", { cause: error });
  return error;
}

describe("a run without an answer", () => {
  test.each([
    [":error-500", 503, "model_unavailable", OpenAI.InternalServerError], [":cut", 503, "model_unavailable", OpenAI.InternalServerError],
    [":error-429", 429, "model_rate_limited", OpenAI.RateLimitError], ["no-such-model", 422, "model_rejected", OpenAI.UnprocessableEntityError],
    [":pace-0.priced", 402, "quota_exceeded", OpenAI.APIError],
  ] as const)("%s is %i %s, and an error in the stream", async (fault, status, code, kind) => {
    const model = await agentOf(fault);
    const error = await errorOf(client().chat.completions.create({ model, messages: ask(TEXT) }));
    expect(error).toBeInstanceOf(kind);
    expect({ status: error.status, code: error.code }).toEqual({ status, code });
    expect(error.message).toMatch(/\(run_[0-9a-z]{26}\)/);
    if (status === 429) expect(error.headers?.get("retry-after")).toBe("5");

    const stream = await client().chat.completions.create({ model, messages: ask(TEXT), stream: true });
    const read = async (): Promise<void> => {
      for await (const chunk of stream) expect(chunk.choices[0]?.finish_reason).toBeNull();
    };
    expect((await errorOf(read())).code).toBe(code);
  });

  test("its longest time", async () => {
    const model = await agentOf(":slow", { max_minutes: 0.005 });
    const error = await errorOf(client().chat.completions.create({ model, messages: ask(TEXT) }));
    expect({ status: error.status, code: error.code }).toEqual({ status: 422, code: "run_timed_out" });
  });

  test("an answer that does not fit the schema is not streamed, and no answer", async () => {
    const model = await agentOf("");
    const response_format = { type: "json_object" as const };
    const error = await errorOf(client().chat.completions.create({ model, messages: ask(TEXT), response_format }));
    expect({ status: error.status, code: error.code }).toEqual({ status: 422, code: "run_failed" });
    const stream = await client().chat.completions.create({ model, messages: ask(TEXT), response_format, stream: true });
    let text = "";
    expect((await errorOf((async () => { for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? ""; })())).code).toBe("run_failed");
    expect(text).toBe("");
  });
});

test("the run keeps the conversation, shows the last question, and has the caller's metadata", async () => {
  const model = await agentOf("");
  const answer = await client().chat.completions.create({
    model, metadata: { ticket: "A-1" }, temperature: 0.2, max_completion_tokens: 7, store: true,
    messages: [{ role: "developer", content: "Be brief." }, ...ask("First question."), { role: "assistant", content: "First answer." }, { role: "user", content: [{ type: "text", text: TEXT }] }],
  });
  expect(answer.choices[0]?.finish_reason).toBe("length");
  const { rows } = await owner().query<{ input: string; metadata: object; context: { messages: object[]; temperature: number } }>("SELECT * FROM run WHERE id = $1", [answer.id.replace("chatcmpl-", "")]);
  expect(rows[0]).toMatchObject({ input: TEXT, metadata: { ticket: "A-1" }, context: { temperature: 0.2, max_output_tokens: 7 } });
  expect(rows[0]?.context.messages).toEqual([
    { role: "system", content: "Be brief." }, { role: "user", content: "First question." }, { role: "assistant", content: "First answer.", tool_calls: [] }, { role: "user", content: TEXT },
  ]);
});

describe("under an Idempotency-Key", () => {
  test("a repeated request gets the same answer, streamed or not, of one run", async () => {
    const model = await agentOf("");
    const own = client({ "Idempotency-Key": `chat-${model}` });
    const first = await own.chat.completions.create({ model, messages: ask(TEXT) });
    expect(await own.chat.completions.create({ model, messages: ask(TEXT) })).toEqual(first);
    const streaming = client({ "Idempotency-Key": `stream-${model}` });
    const texts: string[] = [];
    for (let n = 0; n < 2; n++) {
      const stream = await streaming.chat.completions.create({ model, messages: ask(TEXT), stream: true });
      let text = "";
      for await (const chunk of stream) text += `${chunk.id} ${chunk.choices[0]?.delta.content ?? ""}`;
      texts.push(text.replaceAll(/chatcmpl-\S+ /g, ""));
      expect(text).toMatch(/chatcmpl-run_/);
    }
    expect(texts[1]).toBe(texts[0]);
    expect(texts[0]).toBe(first.choices[0]?.message.content);
    const { rows } = await owner().query("SELECT 1 FROM run r JOIN agent a ON a.id = r.agent_id WHERE a.slug = $1", [model]);
    expect(rows).toHaveLength(2);
  });
});

test.each([false, true])("a client that goes cancels the run, streaming: %s", async (stream) => {
  const model = await agentOf(":slow");
  const gone = new AbortController();
  const request = client().chat.completions.create({ model, messages: ask(TEXT), stream }, { signal: gone.signal }).then(async (answer) => {
    if ("controller" in answer) for await (const chunk of answer) if (chunk.choices[0]?.delta.content) gone.abort();
  });
  const { rows } = await until(() => owner().query<{ id: string }>("SELECT r.id FROM run r JOIN agent a ON a.id = r.agent_id WHERE a.slug = $1 AND r.status = 'running'", [model]), (found) => found.rows.length === 1);
  if (!stream) gone.abort();
  await request.catch((error: unknown) => expect(error).toBeInstanceOf(OpenAI.APIUserAbortError));
  expect(await until(() => readRun(rows[0]?.id ?? ""), (run) => isEnded(run.status))).toMatchObject({ status: "canceled" });
});

test("a schema that could keep a worker busy is refused before anything runs", async () => {
  const schema = { type: "object", properties: { b: { type: "string", pattern: "^(a+)+$" } } };
  const error = await errorOf(client().chat.completions.create({
    model: await agentOf(""), messages: ask(`{"b":"${"a".repeat(44)}!"}`), response_format: { type: "json_schema", json_schema: { name: "x", schema } },
  }));
  expect(error).toMatchObject({ status: 422, param: "response_format" });
  expect((await owner().query("SELECT 1 FROM run WHERE tenant_id = $1 AND status IN ('queued', 'running')", [one.tenantId])).rowCount).toBe(0);
});
