import { describe, expect, it } from "vitest";
import { mostOf } from "@/lib/usage/most-of";
import { addUp, nothing } from "@/lib/usage/quantities";

const rows = (count: number) => Array.from({ length: count }, (_, index) => ({ key: `key_${index}`, label: `Key ${index}`, ...nothing(), agent_ms: index + 1 }));

describe("mostOf", () => {
  it("leaves a list alone that somebody can read", () => expect(mostOf(rows(51))).toEqual(rows(51)));
  it("sums what comes after the first fifty, and loses nothing", () => {
    const all = rows(80);
    const shown = mostOf(all);
    expect(shown).toHaveLength(51);
    expect(shown.at(-1)).toMatchObject({ key: "others", label: "30 others" });
    expect(addUp(shown)).toEqual(addUp(all));
  });
});
