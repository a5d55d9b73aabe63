import { describe, expect, it } from "vitest";
import { splitSentences } from "./sentences";

const split = (text: string): string[] => splitSentences(text).map((sentence) => sentence.text);

describe("splitSentences", () => {
  it.each([
    ["titles and initials", "Dr. Smith met J. R. Tolkien. They spoke.", ["Dr. Smith met J. R. Tolkien.", "They spoke."]],
    ["decimals and times", "It cost $3.50 for 2.5 kg at 5 p.m. yesterday. Cheap!", ["It cost $3.50 for 2.5 kg at 5 p.m. yesterday.", "Cheap!"]],
    ["abbreviations inside", "See Fig. 3, e.g. the curve. Then No. 7 came.", ["See Fig. 3, e.g. the curve.", "Then No. 7 came."]],
    ["dotted abbreviations at the end", "He moved to the U.S. The house was sold.", ["He moved to the U.S.", "The house was sold."]],
    ["a plain no at the end", "She said no. He left.", ["She said no.", "He left."]],
    ["brackets", "The house (it was old. Very old.) fell. It rained.", ["The house (it was old. Very old.) fell.", "It rained."]],
    ["quotations", "“Stop. Now,” she said. He stopped.", ["“Stop. Now,” she said.", "He stopped."]],
    ["other scripts", "今日は天気がいい。明日は雨が降る。猫は好きですか？", ["今日は天気がいい。", "明日は雨が降る。", "猫は好きですか？"]],
    ["hard-wrapped lines", "This sentence was wrapped where the page was full and goes on\nin the next line. Then another.", ["This sentence was wrapped where the page was full and goes on\nin the next line.", "Then another."]],
    ["lists", "- first item\n- second item\n1. third item", ["first item", "second item", "third item"]],
    ["windows line ends", "One is here.\r\nTwo is here.\r\n", ["One is here.", "Two is here."]],
  ])("keeps %s right", (_, text, expected) => {
    expect(split(text)).toEqual(expected);
  });

  it("tells headings from prose", () => {
    const kinds = splitSentences("# Title\n\nA Short Line\n\nA sentence is here.").map(({ text, kind }) => [text, kind]);
    expect(kinds).toEqual([["Title", "heading"], ["A Short Line", "heading"], ["A sentence is here.", "prose"]]);
  });

  it("leaves out code, tables, rules and link definitions", () => {
    expect(split("Before it.\n\n```\nconst x = 1;\n```\n| a | b |\n---\n[x]: https://example.com\nAfter it.")).toEqual(["Before it.", "After it."]);
  });

  it("cuts a text without punctuation, never through a character", () => {
    const pieces = split("😀".repeat(2_000).replace(/^/, "a"));
    expect(pieces.length).toBeGreaterThan(0);
    const words = split("word ".repeat(1_000));
    expect(words.length).toBeGreaterThan(5);
    for (const piece of [...pieces, ...words]) {
      expect(piece.length).toBeLessThanOrEqual(800);
      expect(piece.isWellFormed()).toBe(true);
    }
  });

  it("gives exact substrings with their offsets", () => {
    const text = "  One here.\n\n- Two  there;\n  still two. Three (3.5)!\r\n";
    for (const sentence of splitSentences(text)) expect(text.startsWith(sentence.text, sentence.start)).toBe(true);
  });
});
