/** Model keys through the API: what is taken, what is kept and how, what agents may use of them, and what a run through one costs. */
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { inspect } from "node:util";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import * as agent from "@/app/api/v1/agents/[id]/route";
import * as agents from "@/app/api/v1/agents/route";
import * as modelKey from "@/app/api/v1/model_keys/[id]/route";
import * as modelKeys from "@/app/api/v1/model_keys/route";
import * as runs from "@/app/api/v1/runs/route";
import { until } from "@/e2e/fixtures/until";
import { endLeftoverRuns, makeKey, makeWorkspace, owner, queueRuns, readCounter, readRun, sumLedger, type RunRecord, type Workspace } from "@/e2e/fixtures/workspace";
import type { RouteHandler } from "@/lib/http/route-description";
import { listModels, resolveModel } from "@/lib/models/lookup";
import type { ModelKeyDto } from "@/lib/models/schema";
import { readModelsAgain } from "@/lib/models/service";
import { closeDb, withTenant } from "@/lib/platform/db";
import { callModel } from "@/lib/platform/model";
import { openSecret } from "@/lib/platform/vault";
import { isEnded } from "@/lib/runs/schema";
import { startRunWorker, type RunWorker } from "@/lib/runs/worker/worker";
import { createModelServer } from "@/local/model/server";

const KEY = "sk-canary-of-this-workspace";
const MODEL = "stint-extract-1";
const TEXT = "The barge carried gravel. The lock was closed. The bell rang in the evening.";
const TOLD = { name: "Test", context_tokens: 128_000, max_output_tokens: 4_096 };
let one: Workspace;
let two: Workspace;
let worker: RunWorker;
const endpoint = createModelServer({ apiKey: KEY, chunkDelayMs: 0, faults: true });
/** An endpoint that answers whatever a test wants. */
let answer: (request: IncomingMessage, response: ServerResponse) => void = (_, response) => response.end();
const odd = createServer((request, response) => answer(request, response));
const baseOf = (server: Server): string => `http://127.77.0.1:${(server.address() as AddressInfo).port}/v1`;

beforeAll(async () => {
  await endLeftoverRuns();
  for (const server of [endpoint, odd]) await once(server.listen(0, "127.77.0.1"), "listening");
  worker = startRunWorker(4);
});
beforeEach(async () => {
  one = await makeWorkspace();
  two = await makeWorkspace();
});
afterAll(async () => {
  await worker.stop(0);
  await endLeftoverRuns();
  for (const server of [endpoint, odd]) server.close();
  await closeDb();
});

function send(handler: RouteHandler, method: string, id: string, body?: unknown, secret = one.secret): Promise<Response> {
  const request = new Request("http://localhost/api/v1/model_keys", {
    method, headers: { authorization: `Bearer ${secret}`, ...(body === undefined ? {} : { "content-type": "application/json" }) }, body: body === undefined ? undefined : JSON.stringify(body),
  });
  return handler(request, { params: Promise.resolve({ id }) });
}
/** The answer's JSON, as what the caller says it is: these tests check it right after. */
const json = async <T>(response: Promise<Response>): Promise<T> => (await response).json() as Promise<T>;
const create = (body: object = {}) => send(modelKeys.POST, "POST", "", { label: "mine", base_url: baseOf(endpoint), key: KEY, models: [{ id: MODEL }], ...body });
const made = (body: object = {}) => json<ModelKeyDto>(create(body));
const patch = (id: string, body: object) => send(modelKey.PATCH, "PATCH", id, body);
const makeAgent = (model: string, secret = one.secret) => send(agents.POST, "POST", "", { name: "A", slug: "a-one", model, instructions: "Summarise in one sentence." }, secret);
const faultOf = async (response: Promise<Response>): Promise<unknown[]> => {
  const { status } = await response;
  const { error } = await json<{ error: { code: string; param: string | null } }>(response);
  return [status, error.code, error.param];
};
const audit = async (id: string) => (await owner().query<{ action: string; after: unknown }>("SELECT action, before, after FROM audit_log WHERE target_id = $1 ORDER BY id", [id])).rows;
const stored = async (id: string) => (await owner().query<{ secret: string; row: string }>("SELECT secret, to_jsonb(m)::text AS row FROM model_key m WHERE id = $1", [id])).rows[0];
const everything = async (of: Workspace, runId: string): Promise<string> => JSON.stringify((await owner().query(
  "SELECT (SELECT json_agg(r) FROM run r WHERE id = $1) AS run, (SELECT json_agg(s) FROM step s WHERE run_id = $1) AS steps, (SELECT json_agg(e) FROM run_event e WHERE run_id = $1) AS events, (SELECT json_agg(a) FROM audit_log a WHERE tenant_id = $2) AS audit", [runId, of.tenantId])).rows);

async function runWith(model: string, of = one): Promise<RunRecord> {
  const [id = ""] = await queueRuns(of, 1, { model, input: TEXT });
  return until(() => readRun(id), (run) => isEnded(run.status), 20_000);
}

describe("keeping a key", () => {
  test("it is sealed, and neither an answer nor the audit log tells it", async () => {
    const response = await create({ models: [{ id: MODEL, context_tokens: 50_000, structured_output: true }] });
    expect(response.status).toBe(201);
    const dto = await json<ModelKeyDto>(Promise.resolve(response));
    expect(dto).toMatchObject({ object: "model_key", label: "mine", base_url: baseOf(endpoint), models: [{ id: MODEL, name: MODEL, context_tokens: 50_000, max_output_tokens: 4_096, structured_output: true }] });
    expect(dto.id).toMatch(/^mdk_/);
    const row = await stored(dto.id);
    expect(openSecret(row?.secret ?? "", `model_key.secret:${dto.id}`)).toBe(KEY);
    await patch(dto.id, { key: `${KEY}-2` });
    expect(await audit(dto.id)).toMatchObject([{ action: "model_key.created", after: { label: "mine", models: 1 } }, { action: "model_key.updated", after: { key_changed: true } }]);
    const told = [dto, row?.row, await audit(dto.id), await json(send(modelKeys.GET, "GET", "")), await json(send(modelKey.GET, "GET", dto.id))];
    expect(JSON.stringify(told)).not.toContain("canary");
  });

  test("without models the endpoint is asked for them", async () => {
    expect((await made({ models: undefined })).models).toEqual([{ id: MODEL, name: MODEL, context_tokens: 128_000, max_output_tokens: 4_096 }]);
  });

  test("what an endpoint lists is taken as far as it can be", async () => {
    let asked: string | undefined;
    answer = (request, response) => {
      asked = `${request.method} ${request.url} ${request.headers.authorization}`;
      response.end(JSON.stringify({ data: [{ id: "a/b", context_length: 9_000 }, { id: "two words" }, null, { id: "a/b" }, { id: "c", context_length: "much" }, ...Array.from({ length: 300 }, (_, n) => ({ id: `m-${n}` }))] }));
    };
    const { models } = await made({ base_url: baseOf(odd), models: undefined });
    expect(asked).toBe(`GET /v1/models Bearer ${KEY}`);
    expect(models).toHaveLength(200);
    expect(models.slice(0, 2)).toEqual([{ id: "a/b", name: "a/b", context_tokens: 128_000, max_output_tokens: 4_096 }, { id: "c", name: "c", context_tokens: 128_000, max_output_tokens: 4_096 }]);
  });

  test.each<[string, (response: ServerResponse) => void, RegExp]>([
    ["no JSON", (response) => response.end(`<p>${KEY}</p>`), /could not be read/],
    ["no list", (response) => response.end("{}"), /could not be read/],
    ["nothing", (response) => response.end('{"data":[]}'), /lists no models/],
    ["a failure", (response) => response.writeHead(500).end(KEY), /status 500/],
    ["a redirect", (response) => response.writeHead(302, { location: "http://127.77.0.1:9/" }).end(), /redirected/],
  ])("an endpoint that answers with %s is refused by its address", async (_, respond, words) => {
    answer = (_request, response) => respond(response);
    const response = await create({ base_url: baseOf(odd), models: undefined });
    const text = await response.text();
    expect([response.status, JSON.parse(text)]).toMatchObject([422, { error: { code: "invalid_field", param: "base_url", message: expect.stringMatching(words) as unknown } }]);
    expect(text).not.toContain("canary");
  });

  test("a key that the endpoint refuses, and an address that may not be called, are refused by their fields", async () => {
    expect(await faultOf(create({ key: "sk-wrong", models: undefined }))).toEqual([422, "invalid_field", "key"]);
    expect(await faultOf(create({ base_url: "http://10.1.2.3/v1", models: undefined }))).toEqual([422, "invalid_field", "base_url"]);
  });

  test.each<[object, string]>([
    [{ label: "Mine" }, "label"], [{ label: "a" }, "label"], [{ label: "a/b" }, "label"], [{ base_url: "file:///etc/passwd" }, "base_url"], [{ base_url: "http://a:b@example.com/v1" }, "base_url"], [{ base_url: "https://example.com/v1?x=1" }, "base_url"],
    [{ key: "" }, "key"], [{ key: "a\nb" }, "key"], [{ models: [] }, "models"], [{ models: [{ id: "a" }, { id: "a" }] }, "models"],
    [{ models: [{ id: "a b" }] }, "models.0.id"], [{ models: [{ id: "a", context_tokens: 10 }] }, "models.0.context_tokens"], [{ models: [{ id: "a", context_tokens: 1_000, max_output_tokens: 2_000 }] }, "models.0.max_output_tokens"], [{ secret: "x" }, "secret"],
  ])("%j is refused by its field", async (wrong, param) => expect(await faultOf(create(wrong))).toEqual([422, "invalid_field", param]));

  test("more than 200 models are refused", async () => expect(await faultOf(create({ models: Array.from({ length: 201 }, (_, n) => ({ id: `m-${n}` })) }))).toEqual([422, "invalid_field", "models"]));

  test("a label is one workspace's, once; and there are at most ten keys", async () => {
    await made();
    expect(await faultOf(create())).toEqual([409, "conflict", "label"]);
    const answers = await Promise.all(Array.from({ length: 12 }, (_, n) => create({ label: `key-${n}` })));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([...Array.from({ length: 9 }, () => 201), 409, 409, 409]);
    expect((await send(modelKeys.POST, "POST", "", { label: "mine", base_url: baseOf(endpoint), key: KEY, models: [{ id: MODEL }] }, two.secret)).status).toBe(201);
  });

  test("another address needs the key again", async () => {
    const { id } = await made();
    expect(await faultOf(patch(id, { base_url: baseOf(odd) }))).toEqual([422, "invalid_field", "key"]);
    expect((await patch(id, { base_url: baseOf(endpoint) })).status).toBe(200);
    expect(await json(patch(id, { base_url: `${baseOf(odd)}/`, key: "sk-other" }))).toMatchObject({ base_url: baseOf(odd) });
    expect(await faultOf(patch(id, { label: "other" }))).toEqual([422, "invalid_field", "label"]);
  });

  test("who may only read agents changes no key, and another workspace finds none", async () => {
    const { id } = await made();
    const reader = (await makeKey(one, ["agents:read"])).secret;
    expect((await send(modelKey.GET, "GET", id, undefined, reader)).status).toBe(200);
    expect(await faultOf(send(modelKey.PATCH, "PATCH", id, { models: [{ id: "x" }] }, reader))).toEqual([403, "scope_missing", "agents:write"]);
    for (const [method, body] of [["GET"], ["PATCH", { key: "sk-x" }], ["DELETE"]] as const) expect(await faultOf(send(modelKey[method], method, id, body, two.secret))).toEqual([404, "not_found", null]);
    expect(await json(send(modelKeys.GET, "GET", "", undefined, two.secret))).toMatchObject({ data: [] });
  });
});

describe("what agents may use", () => {
  test("the models of their own workspace's keys, and no other's", async () => {
    await made({ models: [{ id: MODEL, name: "Test" }] });
    expect((await listModels(one.tenantId)).at(-1)).toEqual({ ...TOLD, id: `mine/${MODEL}`, label: "mine", input_micros_per_million: 0, output_micros_per_million: 0 });
    expect((await listModels(two.tenantId)).map(({ label }) => label)).not.toContain("mine");
    expect((await makeAgent(`mine/${MODEL}`)).status).toBe(201);
    for (const model of ["mine/other", `other/${MODEL}`, `/${MODEL}`, "mine/"]) expect(await faultOf(makeAgent(model))).toEqual([422, "invalid_field", "model"]);
    expect(await faultOf(makeAgent(`mine/${MODEL}`, two.secret))).toEqual([422, "invalid_field", "model"]);
    expect(await withTenant(two.tenantId, (tx) => resolveModel(tx, two.tenantId, `mine/${MODEL}`))).toBeNull();
  });

  test("a key goes only when no agent uses it, and so does a model", async () => {
    const { id } = await made({ models: [{ id: MODEL }, { id: "other" }] });
    const { id: agentId } = await json<{ id: string }>(makeAgent(`mine/${MODEL}`));
    const refused = await send(modelKey.DELETE, "DELETE", id);
    expect([refused.status, await refused.json()]).toMatchObject([409, { error: { code: "conflict", message: expect.stringContaining("a-one") as unknown } }]);
    expect(await faultOf(patch(id, { models: [{ id: "other" }] }))).toEqual([409, "conflict", null]);
    expect((await patch(id, { models: [{ id: MODEL, context_tokens: 2_000, max_output_tokens: 500 }] })).status).toBe(200);
    expect((await send(agent.PATCH, "PATCH", agentId, { model: MODEL })).status).toBe(200);
    expect(await json(send(modelKey.DELETE, "DELETE", id))).toEqual({ id, object: "model_key", deleted: true });
    expect(await stored(id)).toBeUndefined();
    expect((await send(agent.PATCH, "PATCH", agentId, { temperature: 1 })).status).toBe(200);
    expect((await audit(id)).map(({ action }) => action)).toEqual(["model_key.created", "model_key.updated", "model_key.deleted"]);
  });

  test("reading models again keeps sizes that are known and models that agents use", async () => {
    const { id } = await made({ models: [{ id: "unlisted" }, { id: MODEL, context_tokens: 2_000, max_output_tokens: 500 }, { id: "gone" }] });
    await makeAgent("mine/unlisted");
    const actor = { id: one.userId, userId: one.userId, tenantId: one.tenantId, ip: "203.0.113.7", requestId: "req_test" };
    const { models } = await readModelsAgain(actor, id);
    expect(models).toMatchObject([{ id: "unlisted" }, { id: MODEL, context_tokens: 2_000, max_output_tokens: 500 }]);
    expect(models).toHaveLength(2);
  });
});

describe("a run through a key of the workspace's own", () => {
  test("spends nothing, counts its tokens, and is told by the name that the agent uses", async () => {
    await made();
    const run = await runWith(`mine/${MODEL}`);
    expect(run).toMatchObject({ status: "succeeded", error_code: null, model_spend_micros: 0 });
    expect(run.output?.length).toBeGreaterThan(0);
    const { rows: [step] } = await owner().query<{ name: string; input_tokens: number; output_tokens: number }>("SELECT name, input_tokens, output_tokens FROM step WHERE run_id = $1", [run.id]);
    expect(step?.name).toBe(`mine/${MODEL}`);
    expect(Math.min(step?.input_tokens ?? 0, step?.output_tokens ?? 0)).toBeGreaterThan(0);
    expect(await sumLedger(one, "model_micros", { runId: run.id })).toBe(0);
    expect(await readCounter(one)).toMatchObject({ usedMicros: 0, leasedMicros: 0, usedMs: run.executed_ms });
    expect(await everything(one, run.id)).not.toContain("canary");
    const { origin } = new URL(baseOf(endpoint));
    expect(await (await fetch(`${origin}/_log`, { headers: { authorization: `Bearer ${KEY}` } })).text()).toContain(MODEL);
  });

  test("is queued through the API like any other, and refused once its model is gone", async () => {
    const { id } = await made();
    await makeAgent(`mine/${MODEL}`);
    expect((await send(runs.POST, "POST", "", { agent: "a-one", input: TEXT })).status).toBe(201);
    await owner().query("DELETE FROM model_key WHERE id = $1", [id]);
    expect(await faultOf(send(runs.POST, "POST", "", { agent: "a-one", input: TEXT }))).toEqual([409, "conflict", "agent"]);
    expect(await runWith(`mine/${MODEL}`)).toMatchObject({ status: "failed", error_code: "model_unknown" });
  });

  test("with a key that its endpoint refuses fails by the customer's fault, and does not tell the key", async () => {
    await made({ key: "sk-canary-wrong" });
    const run = await runWith(`mine/${MODEL}`);
    expect(run).toMatchObject({ status: "failed", error_code: "model_rejected", error_message: expect.stringContaining("refused the workspace's own key") as unknown });
    expect(await everything(one, run.id)).not.toContain("canary");
  });

  test.each([["an address that may not be called", "http://10.1.2.3/v1"], ["a host of the platform's own network", "http://127.0.0.1:9/v1"], ["the metadata service", "http://169.254.169.254/v1"]])("is refused %s", async (_, base_url) => {
    await made({ base_url });
    expect(await runWith(`mine/${MODEL}`)).toMatchObject({ status: "failed", error_code: "model_rejected", error_message: expect.stringContaining("may not be called") as unknown });
  });

  test("another workspace's label does not lead to its key", async () => {
    await made();
    expect(await runWith(`mine/${MODEL}`, two)).toMatchObject({ status: "failed", error_code: "model_unknown" });
  });

  test("is billed its time when its own endpoint fails: that is not the platform's fault", async () => {
    await made({ models: [{ id: `${MODEL}:cut` }] });
    const run = await runWith(`mine/${MODEL}:cut`);
    expect(run).toMatchObject({ status: "failed", error_code: "model_unavailable", lost_ms: 0 });
    expect(run.executed_ms).toBeGreaterThan(0);
    expect(await sumLedger(one, "agent_ms", { runId: run.id })).toBe(run.executed_ms);
  });
});

describe("an endpoint that nobody vouches for", () => {
  const call = (error?: { silenceMs: number }) => callModel({
    model: "mine/x", endpoint: { baseUrl: baseOf(odd), apiKey: KEY, model: "x", before: () => Promise.resolve() }, instructions: "", messages: [{ role: "user", content: TEXT }], maxOutputTokens: 100, signal: new AbortController().signal, onText: () => undefined,
  }, error?.silenceMs);
  const chunk = (delta: object, rest: object = {}): string => `data: ${JSON.stringify({ id: "1", object: "chat.completion.chunk", created: 1, model: "x", choices: [{ index: 0, delta, finish_reason: null }], ...rest })}\n\n`;
  const end = (usage: object): string => `data: ${JSON.stringify({ id: "1", object: "chat.completion.chunk", created: 1, model: "x", choices: [{ index: 0, delta: {}, finish_reason: "stop" }], usage })}\n\ndata: [DONE]\n\n`;
  const stream = (...parts: string[]): void => {
    answer = (_, response) => void response.writeHead(200, { "content-type": "text/event-stream" }).end(parts.join(""));
  };

  test("counts what cannot be, and is not believed", async () => {
    stream(chunk({ content: "Hi" }), end({ prompt_tokens: 1e12, completion_tokens: -5, total_tokens: 3 }));
    expect(await call()).toMatchObject({ text: "Hi", inputTokens: null, outputTokens: null });
  });

  test("sends halves of characters and what no database stores", async () => {
    stream(chunk({ content: "a\ud83d" }), chunk({ content: "\ude00b\ud83d" }), end({ prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 }));
    expect((await call()).text).toBe("a😀b\ufffd");
  });

  test.each<[string, () => void]>([
    ["refuses and repeats the key", () => { answer = (_, response) => response.writeHead(401, { "content-type": "application/json" }).end(JSON.stringify({ error: { message: `Incorrect key ${KEY}` } })); }],
    ["sends the key in place of JSON", () => stream(`data: ${KEY}\n\n`)],
    ["answers with the key in place of a stream", () => { answer = (_, response) => response.end(KEY); }],
    ["redirects", () => { answer = (_, response) => response.writeHead(307, { location: "http://127.77.0.1:9/" }).end(); }],
  ])("%s: neither what is told nor what is logged holds it", async (_, prepare) => {
    prepare();
    const error: unknown = await call().catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name: "ModelError", ofTenant: true });
    expect(inspect(error, { depth: 10, showHidden: true })).not.toMatch(/canary|barge/);
  });

  test("falls silent", async () => {
    answer = (_, response) => void response.writeHead(200, { "content-type": "text/event-stream" }).write(chunk({ content: "Hi" }));
    const error: unknown = await call({ silenceMs: 300 }).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ fault: "model_timeout", ofTenant: true });
    expect(inspect(error, { depth: 10, showHidden: true })).not.toMatch(/canary|barge/);
  });
});
