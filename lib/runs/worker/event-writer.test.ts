import { describe, expect, test, vi } from "vitest";
import { AppError } from "@/lib/core/errors";
import { EventWriter } from "@/lib/runs/worker/event-writer";
import type { RunEvent } from "@/lib/runs/worker/repo";

vi.mock("@/lib/platform/log", () => ({ log: () => ({ warn: () => undefined }) }));

/** A database that keeps what arrives, and fails as often as it is told to, before or after keeping it. */
function database(failures: ("before" | "after")[] = []) {
  const calls: RunEvent[][] = [];
  const append = async (events: RunEvent[]): Promise<void> => {
    const failure = failures.shift();
    if (failure !== "before") calls.push(events);
    if (failure) throw new AppError("unavailable");
  };
  return { calls, append };
}

const texts = (events: RunEvent[] | undefined, runId: string) => events?.filter((event) => event.runId === runId).map(({ data }) => data.text);

describe("the event writer", () => {
  test("writes all runs' events in one call, each run's in their order, streamed text of a step as one", async () => {
    const { calls, append } = database();
    const writer = new EventWriter(append);
    const [first, second] = [writer.sinkOf("run_1", 3), writer.sinkOf("run_2", 9)];
    first.add({ type: "step.started", data: { step: 1 } });
    first.addText(1, "one ");
    second.addText(1, "other");
    first.addText(1, "two");
    await first.flush();
    expect(calls).toHaveLength(1);
    expect(calls[0]?.map(({ runId, fence, type, data }) => [runId, fence, type, data.text])).toEqual([
      ["run_1", 3, "step.started", undefined], ["run_1", 3, "output.delta", "one two"], ["run_2", 9, "output.delta", "other"],
    ]);
  });

  test("sends a batch that failed again under its number, and what came meanwhile under a higher one", async () => {
    const { calls, append } = database(["before", "after"]);
    const writer = new EventWriter(append);
    const sink = writer.sinkOf("run_1", 2);
    sink.addText(1, "before");
    const flushed = sink.flush();
    await new Promise((resolve) => setTimeout(resolve, 50));
    sink.addText(1, "meanwhile");
    await flushed;
    await sink.flush();
    expect(calls.map((call) => texts(call, "run_1"))).toEqual([["before"], ["before"], ["meanwhile"]]);
    const [lostAnswer, again, next] = calls.map((call) => call[0]?.batch ?? 0);
    expect(again).toBe(lostAnswer);
    expect(next).toBeGreaterThan(again ?? 0);
  });

  test("numbers batches higher for a newer fence, whichever process writes", async () => {
    const { calls, append } = database();
    const old = new EventWriter(append);
    for (let n = 0; n < 3; n++) {
      const sink = old.sinkOf("run_1", 1);
      sink.addText(1, "x");
      await sink.flush();
    }
    const sink = new EventWriter(append).sinkOf("run_1", 2);
    sink.addText(1, "y");
    await sink.flush();
    const batches = calls.map((call) => call[0]?.batch ?? 0);
    expect(batches).toEqual(batches.toSorted((a, b) => a - b));
    expect(new Set(batches).size).toBe(4);
  });

  test("writes everybody else's events when the database refuses one run's", async () => {
    const calls: RunEvent[][] = [];
    const writer = new EventWriter(async (events) => {
      if (events.some(({ runId }) => runId === "run_2")) throw new Error("a value that the database does not take");
      calls.push(events);
    });
    const sinks = ["run_1", "run_2", "run_3"].map((id) => writer.sinkOf(id, 1));
    for (const sink of sinks) sink.addText(1, "said");
    await Promise.all(sinks.map((sink) => sink.flush()));
    expect(calls.map((call) => call.map(({ runId }) => runId))).toEqual([["run_1"], ["run_3"]]);
  });

  test("flushing nothing writes nothing, and ends", async () => {
    const { calls, append } = database();
    await new EventWriter(append).sinkOf("run_1", 1).flush();
    expect(calls).toEqual([]);
  });
});
