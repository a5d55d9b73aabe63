import { describe, expect, test } from "vitest";
import { MINUTE_MS } from "@/lib/core/time";
import type { Alert } from "@/lib/alerts/policy";
import { alertWords, type Situation } from "@/lib/alerts/words";

const OFF: Situation = { overage: { enabled: false, spendLimitMicros: 0, microsPerMinute: 50_000 }, pauseReason: null };
const ON: Situation = { overage: { enabled: true, spendLimitMicros: 25_000_000, microsPerMinute: 50_000 }, pauseReason: null };
const minutes = (percent: number, fields: Partial<Alert> = {}): Alert => ({
  id: "alr_1", kind: "threshold", meter: "agent_ms", key: null, periodStart: new Date("2026-11-01T00:00:00Z"), percent, used: percent * 10 * MINUTE_MS, quota: 1_000 * MINUTE_MS,
  crossedAt: new Date(), dismissedAt: null, ...fields,
});

describe("agent-minutes", () => {
  test("at 80 % it is a warning, of what comes with overage and without", () => {
    expect(alertWords(minutes(80), OFF)).toEqual({
      title: "80 % of the period’s agent-minutes are used", figure: "800 of 1,000 min", tone: "warn", now: "Nothing changes yet. At 100 % new runs are refused and running ones are stopped.",
    });
    expect(alertWords(minutes(80), ON).now).toBe("Nothing changes yet. Past 100 % each minute costs $0.05, up to the spend limit of $25.00, which model spend shares.");
  });

  test("at 100 % work stops, or overage begins", () => {
    expect(alertWords(minutes(100), OFF)).toMatchObject({ title: "All agent-minutes of this period are used", tone: "bad", now: expect.stringContaining("New runs are refused") as string });
    expect(alertWords(minutes(100), ON)).toMatchObject({ tone: "warn", now: expect.stringMatching(/^Overage begins: each minute costs \$0\.05, up to the spend limit of \$25\.00.*At 200 % the workspace is paused\.$/) as string });
    expect(alertWords(minutes(150), ON).now).toMatch(/^Overage is running/);
  });

  test("below the warning that everybody gets it is only said", () => expect([79, 80, 99].map((percent) => alertWords(minutes(percent), OFF).tone)).toEqual(["info", "warn", "warn"]));

  test("at 200 % the workspace is paused, unless it is not", () => {
    expect(alertWords(minutes(200), { ...ON, pauseReason: "twice_quota" })).toMatchObject({ title: "Twice the period’s agent-minutes are used", tone: "bad", now: expect.stringMatching(/^The workspace is paused/) as string });
    expect(alertWords(minutes(200), ON).now).toMatch(/^The workspace is not paused/);
  });
});

test("model spend is money and shares the limit; calls have no overage", () => {
  expect(alertWords(minutes(80, { meter: "model_micros", used: 4_000_000, quota: 5_000_000 }), ON)).toMatchObject({ title: "80 % of the period’s model spend is used", figure: "$4.00 of $5.00", now: expect.stringContaining("list price, up to the spend limit of $25.00") as string });
  expect(alertWords(minutes(100, { meter: "api_calls", used: 10_000, quota: 10_000 }), ON)).toMatchObject({ figure: "10,000 of 10,000 calls", tone: "bad", now: expect.stringContaining("refused with 402; they have no overage") as string });
});

test("a key's own cap stops its runs alone", () => {
  const key = { id: "key_1", name: "Production", capMs: 60_000, usedMs: 48_000 };
  expect(alertWords(minutes(80, { key, used: 48_000, quota: 60_000 }), OFF)).toEqual({
    title: "The API key “Production” has used 80 % of its own minutes", figure: "0.8 of 1 min", tone: "warn", now: "Nothing changes yet. At 100 % runs of this key are stopped; other keys go on.",
  });
  expect(alertWords(minutes(100, { key }), OFF)).toMatchObject({ title: "The API key “Production” has used all of its own minutes", tone: "bad" });
});

test("an unusual hour stops nothing", () => {
  const hour = minutes(500, { kind: "anomaly", meter: "cost_micros", used: 12_400_000, quota: 1_100_000, periodStart: new Date("2026-11-20T14:00:00Z") });
  expect(alertWords(hour, OFF)).toMatchObject({ title: "This hour costs far more than usual", figure: "$12.40 since 14:00 UTC; an hour usually costs $1.10", now: expect.stringContaining("Nothing is stopped") as string });
});
