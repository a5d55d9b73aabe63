/** Running an agent over the API on a real text: waiting, streaming, resuming, stopping, and what it cost. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "@playwright/test";
import { makeWorkspace, readCounter, sumLedger, type Workspace } from "../fixtures/workspace";
import { until } from "../fixtures/until";
import { call, collectEvents, json, readEvents, type Run, type ServerEvent } from "./client";
import { test } from "./mounts";

const TEXT = readFileSync(join(import.meta.dirname, "texts/tide-mill.txt"), "utf8");
let one: Workspace;
test.beforeAll(async () => void (one = await makeWorkspace()));

const post = (body: object, headers: Record<string, string> = {}) => call("POST", "/api/v1/runs", { key: one.secret, body: { agent: "agent", ...body }, headers });
const get = async (id: string) => json<Run>(await call("GET", `/api/v1/runs/${id}`, { key: one.secret }));
const wordsOf = (text: string): number => text.split(/\s+/).filter(Boolean).length;
/** Sentences as a reader sees them; the texts have no abbreviations. */
const sentencesOf = (text: string): string[] => text.split(/(?<=[.!?])\s+/).filter(Boolean);

test.describe("waiting", () => {
  test("a text of two thousand words is summarised in its own sentences, at a quarter of its length", async () => {
    expect(wordsOf(TEXT)).toBeGreaterThanOrEqual(2_000);
    const response = await post({ input: TEXT, wait: true, metadata: { source: "tide-mill" } });
    expect(response.status).toBe(201);
    const run = await json<Run & { metadata: unknown }>(response);
    expect(run).toMatchObject({ status: "succeeded", error: null, metadata: { source: "tide-mill" } });
    const output = run.output ?? "";
    const sentences = sentencesOf(output);
    expect(sentences.length).toBeGreaterThan(5);
    for (const sentence of sentences) expect(TEXT, sentence).toContain(sentence);
    expect(output.length).toBeLessThanOrEqual(TEXT.length / 4);
    expect(wordsOf(output)).toBeLessThanOrEqual(wordsOf(TEXT) / 4);
    expect(run.usage.input_tokens).toBeGreaterThan(1_500);
    expect(run.usage.output_tokens).toBeGreaterThan(100);
    expect(run.steps).toHaveLength(1);
  });

  test("three key sentences are found in a text that says nothing", async () => {
    const planted = [
      "The tunnel under the river will close for eleven months from February because the northern lining has cracked.",
      "Inspector Maren Dahl reported that forty-two of the sixty pumps failed their pressure test.",
      "Crucially, the replacement parts can only be cast in one foundry, which is booked until 2028.",
    ];
    const filler = makeFiller(220);
    for (const [n, at] of [180, 110, 40].entries()) filler.splice(at, 0, planted[2 - n] ?? "");
    const run = await json<Run>(await post({ input: filler.join(" "), wait: true }));
    expect(run.status).toBe("succeeded");
    for (const sentence of planted) expect(run.output).toContain(sentence);
  });
});

test.describe("streaming", () => {
  test("the output comes in many pieces, before the run ends, and together they are the output", async () => {
    const response = await post({ input: TEXT, stream: true });
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toContain("text/event-stream");
    expect(response.headers.get("cache-control")).toContain("no-transform");
    expect(response.headers.get("x-request-id")).toMatch(/^req_/);
    const events: ServerEvent[] = [];
    let seenWhileRunning = 0;
    for await (const event of readEvents(response)) {
      events.push(event);
      // The database itself says that the run was not over when its output was already here.
      if (event.type === "output.delta" && seenWhileRunning === 0 && (await get(response.headers.get("stint-run-id") ?? "")).status === "running") seenWhileRunning += 1;
    }
    const deltas = events.filter(({ type }) => type === "output.delta");
    const last = events.at(-1);
    expect(events.map(({ id }) => id)).toEqual(events.map((_, n) => n + 1));
    expect(deltas.length).toBeGreaterThan(3);
    expect(seenWhileRunning).toBe(1);
    expect(last?.type).toBe("run.succeeded");
    expect(new Set(deltas.map(({ atMs }) => Math.round(atMs))).size, "arrived at different moments").toBeGreaterThan(3);
    expect(deltas[0]?.atMs).toBeLessThan((last?.atMs ?? 0) - 200);
    const run = last?.data.run as Run;
    expect(deltas.map(({ data }) => String(data.text)).join("")).toBe(run.output);
    expect(run).toEqual(await get(run.id));
  });

  test("a client that lost its connection goes on after the event it saw last", async () => {
    const response = await post({ input: TEXT, stream: true });
    const id = response.headers.get("stint-run-id") ?? "";
    const before: ServerEvent[] = [];
    for await (const event of readEvents(response)) {
      before.push(event);
      if (before.filter(({ type }) => type === "output.delta").length === 2) break;
    }
    const seen = before.at(-1)?.id ?? 0;
    const after = await collectEvents(await call("GET", `/api/v1/runs/${id}/events`, { key: one.secret, headers: { "last-event-id": String(seen) } }));
    expect(after[0]?.id).toBe(seen + 1);
    const texts = [...before, ...after].filter(({ type }) => type === "output.delta").map(({ data }) => String(data.text));
    const run = await get(id);
    expect(run.status).toBe("succeeded");
    expect(texts.join("")).toBe(run.output);
    // Everything once more, for whoever comes late; nothing more, for whoever has it all.
    expect((await collectEvents(await call("GET", `/api/v1/runs/${id}/events`, { key: one.secret }))).map(({ id: seq }) => seq)).toEqual([...before, ...after].map(({ id: seq }) => seq));
    const done = await call("GET", `/api/v1/runs/${id}/events`, { key: one.secret, headers: { "last-event-id": String(after.at(-1)?.id) } });
    expect(done.status).toBe(204);
  });

  test("two listeners of one run hear the same", async () => {
    const response = await post({ input: TEXT, stream: true });
    const id = response.headers.get("stint-run-id") ?? "";
    const [first, second] = await Promise.all([collectEvents(response), collectEvents(await call("GET", `/api/v1/runs/${id}/events`, { key: one.secret }))]);
    const strip = (events: ServerEvent[]) => events.map(({ id: seq, type, data }) => ({ seq, type, data }));
    expect(strip(second)).toEqual(strip(first));
  });

  test("a repeated request under the same key streams the same run", async () => {
    const headers = { "idempotency-key": `stream-${Date.now()}` };
    const first = await collectEvents(await post({ input: "One sentence. Another sentence.", stream: true }, headers));
    const second = await collectEvents(await post({ input: "One sentence. Another sentence.", stream: true }, headers));
    expect((second.at(-1)?.data.run as Run).id).toBe((first.at(-1)?.data.run as Run).id);
  });
});

test("a run is canceled while it executes, and what it had is kept", async () => {
  const response = await post({ input: TEXT, stream: true });
  const id = response.headers.get("stint-run-id") ?? "";
  let canceled = false;
  let last: ServerEvent | undefined;
  for await (const event of readEvents(response)) {
    if (event.type === "output.delta" && !canceled) {
      canceled = true;
      expect((await call("POST", `/api/v1/runs/${id}/cancel`, { key: one.secret })).status).toBe(200);
    }
    last = event;
  }
  expect(last?.type).toBe("run.canceled");
  const run = await get(id);
  expect(run.status).toBe("canceled");
  expect(run.output?.length).toBeGreaterThan(0);
  // Canceling what has ended changes nothing.
  expect((await json<Run>(await call("POST", `/api/v1/runs/${id}/cancel`, { key: one.secret }))).status).toBe("canceled");
});

test("runs, ledger, counter, /me and /usage agree to the millisecond and to the call", async () => {
  const own = await makeWorkspace();
  const start = (n: number) => call("POST", "/api/v1/runs", { key: own.secret, body: { agent: "agent", input: TEXT.slice(0, 1_000 + 500 * n), wait: true } });
  const runs = await Promise.all((await Promise.all(Array.from({ length: 5 }, (_, n) => start(n)))).map((response) => json<Run>(response)));
  const ms = runs.reduce((sum, run) => sum + run.usage.agent_ms, 0);
  const tokens = runs.reduce((sum, run) => sum + run.usage.input_tokens, 0);
  expect(ms).toBeGreaterThan(0);
  expect(await sumLedger(own, "agent_ms")).toBe(ms);
  for (const run of runs) expect(await sumLedger(own, "agent_ms", { runId: run.id })).toBe(run.usage.agent_ms);
  expect(await readCounter(own)).toMatchObject({ usedMs: ms, leasedMs: 0, calls: 5 });
  const me = await json<{ usage: { agent_ms: { used: number }; api_calls: { used: number } } }>(await call("GET", "/api/v1/me", { key: own.secret }));
  expect([me.usage.agent_ms.used, me.usage.api_calls.used]).toEqual([ms, 5]);
  for (const group of ["meter", "agent", "key", "hour", "day"]) {
    const usage = await until(
      async () => json<{ data: { agent_ms: number }[]; total: { agent_ms: number; api_calls: number; input_tokens: number } }>(await call("GET", `/api/v1/usage?group_by=${group}`, { key: own.secret })),
      ({ total }) => total.agent_ms === ms && total.api_calls === 5,
    );
    expect(usage.total.input_tokens).toBe(tokens);
    expect(usage.data.reduce((sum, row) => sum + row.agent_ms, 0)).toBe(ms);
  }
});

/** Sentences that say nothing in particular, no two alike, in an order that is the same every time. */
function makeFiller(count: number): string[] {
  const who = ["Somebody", "A neighbour", "One of the guests", "The visitor", "An acquaintance", "The other one", "A passer-by"];
  const did = ["looked out of the window", "walked along the hall", "thought about lunch", "sat by the wall", "waited for a while", "hummed a tune", "went up the stairs", "came back again"];
  const how = ["without saying much.", "as one does.", "and left it at that.", "much like yesterday.", "and nobody minded."];
  return Array.from({ length: count }, (_, n) => `${who[n % who.length] ?? ""} ${did[(n * 3 + Math.floor(n / 7)) % did.length] ?? ""} ${how[(n * 2 + Math.floor(n / 8)) % how.length] ?? ""}`);
}
