import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { followUsage } from "@/components/usage/follow-usage";
import type { LiveUsage } from "@/lib/usage/live";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function standing(running: number, usedMs = 0, calls = 0): LiveUsage {
  return {
    object: "live_usage", at: new Date().toISOString(), revision: `${running} ${usedMs} ${calls}`, runs: { running, queued: 0 },
    agent_ms: { used: usedMs, leased: 0 }, model_micros: { used: 0, leased: 0 }, api_calls: { used: calls },
  };
}

/** A server that holds a question for 20 seconds, as ours does. */
function follow(shown: LiveUsage, now: () => LiveUsage | null) {
  const ask = vi.fn(async (_signal: AbortSignal, after: string | null) => {
    for (let held = 0; held < 20_000 && after !== null && now()?.revision === after; held += 250) await new Promise((resolve) => setTimeout(resolve, 250));
    return now();
  });
  const [onAnswer, onRedraw] = [vi.fn(), vi.fn()];
  return { ask, onAnswer, onRedraw, stop: followUsage({ shown, ask, onAnswer, onRedraw }) };
}

test("a run is followed closely, and its end has the page drawn anew until the rollups are there", async () => {
  let current = standing(1);
  const { ask, onAnswer, onRedraw, stop } = follow(standing(1), () => current);
  await vi.advanceTimersByTimeAsync(3_000);
  expect(ask).toHaveBeenCalledTimes(4);
  expect(onRedraw).not.toHaveBeenCalled();
  current = standing(0, 4_200);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(onAnswer).toHaveBeenLastCalledWith(current);
  expect(onRedraw).toHaveBeenCalledTimes(1);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(onRedraw).toHaveBeenCalledTimes(3);
  expect(ask).toHaveBeenCalledTimes(9);
  expect(ask.mock.lastCall?.[1]).toBe(current.revision);
  stop();
});

test("while nothing happens one question at a time waits, and nothing is drawn", async () => {
  const { ask, onRedraw, stop } = follow(standing(0), () => standing(0));
  await vi.advanceTimersByTimeAsync(60_000);
  expect(ask).toHaveBeenCalledTimes(3);
  expect(onRedraw).not.toHaveBeenCalled();
  stop();
});

test("what is used elsewhere shows at once, and is drawn when the rollups have followed", async () => {
  let current = standing(0);
  const { ask, onAnswer, onRedraw, stop } = follow(standing(0), () => current);
  await vi.advanceTimersByTimeAsync(10_000);
  current = standing(0, 0, 1);
  await vi.advanceTimersByTimeAsync(250);
  expect(onAnswer).toHaveBeenLastCalledWith(current);
  expect(onRedraw).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(1_500);
  expect(onRedraw).toHaveBeenCalledTimes(1);
  await vi.advanceTimersByTimeAsync(15_000);
  expect(onRedraw).toHaveBeenCalledTimes(1);
  expect(ask).toHaveBeenCalledTimes(4);
  stop();
});

test("calls that do not end have the page drawn anew every five seconds at most", async () => {
  let calls = 0;
  const { onRedraw, stop } = follow(standing(0), () => standing(0, 0, (calls += 1)));
  await vi.advanceTimersByTimeAsync(60_000);
  expect(onRedraw.mock.calls.length).toBeGreaterThan(8);
  expect(onRedraw.mock.calls.length).toBeLessThanOrEqual(12);
  stop();
});

test("a run that began elsewhere is followed from its start", async () => {
  let current = standing(0);
  const { ask, onAnswer, stop } = follow(standing(0), () => current);
  await vi.advanceTimersByTimeAsync(10_000);
  current = standing(1);
  await vi.advanceTimersByTimeAsync(3_250);
  expect(onAnswer).toHaveBeenLastCalledWith(current);
  expect(ask.mock.calls.map(([, after]) => after)).toEqual(["0 0 0", null, null, null, null]);
  stop();
});

test("runs that come and go have the page drawn anew every five seconds at most", async () => {
  let count = 1;
  const { onRedraw, stop } = follow(standing(1), () => standing((count = (count % 5) + 1)));
  await vi.advanceTimersByTimeAsync(60_000);
  expect(onRedraw.mock.calls.length).toBeGreaterThan(8);
  expect(onRedraw.mock.calls.length).toBeLessThanOrEqual(12);
  stop();
});

test("nobody who does not answer is pressed, and nothing is asked after the end", async () => {
  const { ask, stop } = follow(standing(3), () => null);
  await vi.advanceTimersByTimeAsync(31_500);
  expect(ask).toHaveBeenCalledTimes(3);
  stop();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(ask).toHaveBeenCalledTimes(3);
});
