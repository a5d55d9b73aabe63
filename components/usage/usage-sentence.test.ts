import { describe, expect, it } from "vitest";
import { usageSentence } from "@/components/usage/usage-sentence";

const bars = [{ date: "2026-11-01", value: 60_000 }, { date: "2026-11-02", value: 120_000 }, { date: "2026-11-03", value: 0, future: true }];

describe("usageSentence", () => {
  it("says how much, over how long and when most", () => expect(usageSentence({ bars, per: "day", format: "minutes" })).toBe("3 min in 2 days, most on 2 Nov (2 min)."));
  it("says where the cap lies", () => expect(usageSentence({ bars, per: "day", format: "minutes", line: { value: 600_000, name: "cap" } })).toMatch(/ The cap for the period is 10 min\.$/));
  it("does not compare one bar with itself", () => expect(usageSentence({ bars: [{ date: "2026-11", value: 1 }], per: "month", format: "calls" })).toBe("1 call in one month."));
  it("says that there is nothing", () => {
    expect(usageSentence({ bars: [{ date: "2026-11-24T00:00:00Z", value: 0 }], per: "hour", format: "calls" })).toBe("Nothing used in this hour.");
    expect(usageSentence({ bars: bars.map((bar) => ({ ...bar, value: 0 })), per: "day", format: "money" })).toBe("Nothing used in these 2 days.");
  });
});
