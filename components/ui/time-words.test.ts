import { describe, expect, it } from "vitest";
import { absoluteUtc, relativeTime } from "@/components/ui/time-words";

const NOW = Date.parse("2026-11-23T12:00:00Z");
const before = (ms: number) => new Date(NOW - ms).toISOString();

describe("relativeTime", () => {
  it.each([
    [0, "just now"],
    [59_999, "just now"],
    [60_000, "1 min ago"],
    [3_599_000, "59 min ago"],
    [3_600_000, "1 h ago"],
    [86_399_000, "23 h ago"],
    [-5_000, "just now"],
    [-30_000, "in a moment"],
    [-7_200_000, "in 2 h"],
  ])("%d ms before now reads %s", (ms, text) => expect(relativeTime(before(ms), NOW)).toBe(text));

  it("gives the date from a day on", () => {
    expect(relativeTime(before(86_400_000), NOW)).toMatch(/22 Nov 2026/);
  });
});

describe("absoluteUtc", () => {
  it("names its zone", () => expect(absoluteUtc("2026-11-23T19:54:10Z")).toBe("23 Nov 2026, 19:54 UTC"));
});
