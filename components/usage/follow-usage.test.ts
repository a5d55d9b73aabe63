import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { followUsage } from "@/components/usage/follow-usage";
import type { LiveUsage } from "@/lib/usage/live";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function standing(running: number, usedMs = 0): LiveUsage {
  return { object: "live_usage", at: new Date().toISOString(), runs: { running, queued: 0 }, agent_ms: { used: usedMs, leased: 0 }, model_micros: { used: 0, leased: 0 }, api_calls: { used: 0 } };
}

function follow(shown: LiveUsage, now: () => LiveUsage | null) {
  const ask = vi.fn(() => Promise.resolve(now()));
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
  expect(ask).toHaveBeenCalledTimes(8);
  stop();
});

test("while nothing runs it asks four times a minute and draws nothing", async () => {
  const { ask, onRedraw, stop } = follow(standing(0), () => standing(0));
  await vi.advanceTimersByTimeAsync(60_000);
  expect(ask).toHaveBeenCalledTimes(4);
  expect(onRedraw).not.toHaveBeenCalled();
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
