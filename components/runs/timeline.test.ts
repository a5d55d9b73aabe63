import { describe, expect, test } from "vitest";
import { addEvent, EMPTY_TIMELINE, mergeSteps, type RunEvent, type Timeline } from "@/components/runs/timeline";
import type { RunDto, StepDto } from "@/lib/runs/schema";

const follow = (events: RunEvent[], from: Timeline = EMPTY_TIMELINE): Timeline => events.reduce(addEvent, from);
let id = 0;
const event = (type: string, data: Record<string, unknown> = {}): RunEvent => ({ id: ++id, type, data });
const stored = (seq: number, more: Partial<StepDto> = {}): StepDto => ({
  object: "step", seq, kind: "model", name: "m", output: "whole", finish_reason: "stop", input_tokens: 3, output_tokens: 4, model_spend_micros: 5, start_ms: 0, end_ms: 10, tool_calls: [], arguments: null, ok: null, child_run_id: null, ...more,
});

const story = (): RunEvent[] => {
  id = 0;
  return [
    event("run.started", { attempt: 1 }),
    event("step.started", { step: 1, kind: "model", name: "m" }), event("step.retrying", { step: 1, attempt: 1, reason: "rate_limited", wait_ms: 500 }),
    event("output.delta", { step: 1, text: "I look " }), event("output.delta", { step: 1, text: "it up." }),
    event("step.completed", { step: 1, kind: "model", name: "m", input_tokens: 10, output_tokens: 4, start_ms: 0, end_ms: 120 }),
    event("step.started", { step: 2, kind: "tool", name: "weather", arguments: "{\"city\":\"Ulm\"}" }), event("step.started", { step: 3, kind: "tool", name: "ask_other", arguments: "{}" }),
    event("step.completed", { step: 3, kind: "tool", name: "ask_other", ok: false, child_run_id: "run_x", start_ms: 120, end_ms: 300, input_tokens: 0, output_tokens: 0 }),
  ];
};

describe("events in, timeline out", () => {
  test("steps stand in their order with what is known of each", () => {
    const { steps, started, run } = follow(story());
    expect(started).toBe(true);
    expect(run).toBeNull();
    expect(steps).toMatchObject([
      { seq: 1, kind: "model", text: "I look it up.", done: true, startMs: 0, endMs: 120, inputTokens: 10, outputTokens: 4, retries: [{ attempt: 1, reason: "rate_limited", waitMs: 500 }] },
      { seq: 2, kind: "tool", name: "weather", arguments: "{\"city\":\"Ulm\"}", done: false, ok: null },
      { seq: 3, kind: "tool", done: true, ok: false, childRunId: "run_x" },
    ]);
  });

  test("nothing is shown twice after a new connection, wherever it broke", () => {
    const events = story();
    const whole = follow(events);
    for (let at = 0; at <= events.length; at++) {
      for (let from = 0; from <= at; from++) expect(follow(events.slice(from), follow(events.slice(0, at)))).toEqual(whole);
    }
  });

  test("a step that starts again takes back its text, and a lost worker is counted", () => {
    const before = follow(story().slice(0, 4));
    expect(before.text).toBe("I look ");
    id = 4;
    const lost = follow([event("run.requeued", { reason: "worker_lost" })], before);
    expect(lost).toMatchObject({ started: false, requeues: 1 });
    const again = follow([event("run.started"), event("step.started", { step: 1, kind: "model", name: "m" }), event("output.delta", { step: 1, text: "Anew." })], lost);
    expect(again).toMatchObject({ started: true, requeues: 1, text: "Anew.", steps: [{ seq: 1, text: "Anew.", retries: [] }] });
  });

  test("tools that start leave the model's text, the next model step begins another", () => {
    const events = story();
    expect(follow(events).text).toBe("I look it up.");
    expect(follow([event("step.started", { step: 4, kind: "model", name: "m" }), event("output.delta", { step: 4, text: "Rain." })], follow(events)).text).toBe("Rain.");
  });

  test("the end brings the run, and its output is the text", () => {
    const run = { id: "run_1", output: "Rain in Ulm." } as RunDto;
    const end = event("run.succeeded", { status: "succeeded", run });
    expect(follow([end], follow(story()))).toMatchObject({ run, text: "Rain in Ulm." });
    expect(follow([{ ...end, data: { run: { ...run, output: null } } }], follow(story())).text).toBe("I look it up.");
  });

  test("what it does not know it passes over", () => {
    expect(follow([{ id: 1, type: "run.sang", data: {} }, { id: 2, type: "output.delta", data: { step: 9, text: "x" } }])).toMatchObject({ seen: 2, steps: [], text: "x" });
  });
});

test("what is stored stands for what was heard of it, with the retries that only the events told", () => {
  const live = follow(story()).steps;
  const merged = mergeSteps([stored(1), stored(0, { kind: "tool" })], live);
  expect(merged.map(({ seq }) => seq)).toEqual([0, 1, 2, 3]);
  expect(merged[1]).toMatchObject({ text: "whole", retries: [{ attempt: 1 }], stored: { model_spend_micros: 5 } });
  expect(merged[2]).toMatchObject({ done: false, stored: null });
});
