import { expect, test } from "vitest";
import { BreakerOpen, createBreaker } from "@/lib/core/breaker";

const fail = (): Promise<never> => Promise.reject(new Error("away"));

test("opens after failures in a row, lets one question through at a time, and closes when it is answered", async () => {
  let now = 0;
  const ask = createBreaker({ failures: 3, openMs: 2_000, now: () => now });
  const outcome = (question: () => Promise<unknown>): Promise<unknown> => ask(question).catch((error: unknown) => (error instanceof BreakerOpen ? "open" : "failed"));
  expect([await outcome(fail), await outcome(fail), await outcome(async () => "fine"), await outcome(fail), await outcome(fail), await outcome(fail)]).toEqual(["failed", "failed", "fine", "failed", "failed", "failed"]);
  expect(await outcome(async () => "fine")).toBe("open");
  now = 1_999;
  expect(await outcome(async () => "fine")).toBe("open");

  now = 2_000;
  let asked = 0;
  let answer: (text: string) => void = () => undefined;
  const probe = outcome(() => new Promise((resolve) => ((asked += 1), (answer = resolve))));
  expect(await Promise.all(Array.from({ length: 20 }, () => outcome(async () => (asked += 1))))).toEqual(Array.from({ length: 20 }, () => "open"));
  expect(asked).toBe(1);
  answer("back");
  expect(await probe).toBe("back");
  expect(await outcome(async () => "fine")).toBe("fine");
});

test("a probe that fails keeps it open for another time", async () => {
  let now = 0;
  const ask = createBreaker({ failures: 1, openMs: 100, now: () => now });
  await expect(ask(fail)).rejects.toThrow("away");
  now = 100;
  await expect(ask(fail)).rejects.toThrow("away");
  now = 199;
  await expect(ask(async () => 1)).rejects.toThrow(BreakerOpen);
  now = 200;
  expect(await ask(async () => 1)).toBe(1);
});
