import { describe, expect, it } from "vitest";
import { buildFiller, KEY_SENTENCES } from "./fixture";
import { splitSentences } from "./sentences";
import { summarise } from "./summarise";
import { countWords } from "./terms";

const filler = buildFiller(2_400);

describe("summarise", () => {
  it("finds what matters in 2,400 words that say nothing", () => {
    const summary = summarise(filler);
    for (const key of KEY_SENTENCES) expect(summary).toContain(key);
  });

  it("finds it in prose that does not repeat itself", () => {
    const prose = Array.from({ length: 220 }, (_, i) => `${word(i)} ${word(i * 7 + 3)} wandered past ${word(i * 3 + 1)} with the ${word(i * 5 + 2)} of another ${word(i % 40)}.`);
    prose.splice(40, 0, "The board approved 1.8 million euros for the new bridge at Tollen.");
    expect(summarise(prose.join(" "))).toContain("The board approved 1.8 million euros for the new bridge at Tollen.");
  });

  it("quotes exactly, in order, and at most a quarter", () => {
    const summary = summarise(filler);
    let from = 0;
    for (const part of summary.split("\n\n").flatMap((block) => splitSentences(block).map((sentence) => sentence.text))) {
      const at = filler.indexOf(part, from);
      expect(at, part).toBeGreaterThanOrEqual(from);
      from = at + part.length;
    }
    expect(summary.length).toBeLessThanOrEqual(filler.length / 4);
    expect(countWords(summary)).toBeLessThanOrEqual(countWords(filler) / 4);
  });

  it("gives the same summary every time", () => {
    expect(summarise(filler)).toBe(summarise(filler));
  });

  it("keeps to a number of sentences", () => {
    expect(splitSentences(summarise(filler, { sentences: 2 }))).toHaveLength(2);
  });

  it("does not say the same thing twice", () => {
    const text = `${"The bridge at Tollen opened on 4 May 2026. ".repeat(6)}${buildFiller(600, [])}`;
    expect(summarise(text).split("The bridge at Tollen").length - 1).toBe(1);
  });

  it.each([
    ["Hello", "Hello"],
    ["Tides follow the moon. They rise twice a day.", "Tides follow the moon."],
    ["", ""],
    ["!!! ...", ""],
  ])("gives one sentence of a text too short for a quarter: %j", (text, expected) => {
    expect(summarise(text)).toBe(expected);
  });

  it("summarises scripts without spaces", () => {
    const text = `${"今日は天気がいいので公園を散歩しました。".repeat(30)}新しい橋は2027年5月に完成する。${"猫は窓辺で眠っている。".repeat(30)}`;
    expect(summarise(text)).toContain("新しい橋は2027年5月に完成する。");
  });

  it.each([
    ["aimless prose", buildFiller(45_000)],
    ["random words", Array.from({ length: 40_000 }, (_, i) => word((i * i) % 9_973) + (i % 12 === 11 ? "." : "")).join(" ")],
    ["no punctuation", "word ".repeat(52_000)],
    ["nothing but punctuation", "(a. ".repeat(65_000)],
    ["unclosed quotations", '"A. B! '.repeat(37_000)],
  ])("is fast on a quarter of a megabyte of %s", (_, text) => {
    const started = performance.now();
    summarise(text.slice(0, 256 * 1024));
    expect(performance.now() - started).toBeLessThan(2_000);
  });
});

/** A made-up word for a number, always the same one. */
function word(n: number): string {
  const syllables = ["ba", "lo", "mi", "ter", "sun", "ka", "rel", "vo", "din", "pas"];
  const text = Array.from(String(n), (digit) => syllables[Number(digit)] ?? "").join("");
  return text.charAt(0).toUpperCase() + text.slice(1);
}
