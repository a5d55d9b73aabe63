import { scoreSentences, type Candidate } from "./score";
import { splitSentences, type Sentence } from "./sentences";
import { countWords } from "./terms";
import { similarity } from "./vectors";

export interface SummaryLimits {
  /** At most this many sentences; no limit when absent. */
  sentences?: number;
}

/** Weight of a sentence's own worth against its likeness to what was already chosen. */
const WORTH = 0.7;
/** Below this part of the best sentences' score, a sentence is filler: room left over is not a reason to quote it. */
const FILLER = 0.4;
/** A summary's share of its text, and the length from which it grows more slowly than the text. */
const LARGEST_SHARE = 4;
const LONG_SUMMARY_CHARACTERS = 2_400;
const LONG_TEXT_SHARE = 0.02;

/**
 * Summarises a text by quoting it: whole sentences, exactly as they stand, in their order; one block's are joined by a
 * space, blocks by line breaks. The result is at most a quarter of the text in characters and in words, save that a
 * text too short for that gives its best sentence. The same text always gives the same summary.
 * @returns an empty string when the text holds no word
 */
export function summarise(text: string, limits: SummaryLimits = {}): string {
  const all = splitSentences(text);
  const prose = all.filter((sentence) => sentence.kind !== "heading");
  const candidates = scoreSentences(prose.length > 0 ? prose : all);
  return joinSentences(choose(candidates, text.trim(), limits));
}

function choose(candidates: Candidate[], text: string, limits: SummaryLimits): Sentence[] {
  const budget = Math.min(text.length / LARGEST_SHARE, LONG_SUMMARY_CHARACTERS + text.length * LONG_TEXT_SHARE);
  const wordBudget = countWords(text) / LARGEST_SHARE;
  const most = Math.max(1, limits.sentences ?? Number.POSITIVE_INFINITY);

  const ordered = [...candidates].sort((a, b) => b.score - a.score || a.sentence.start - b.sentence.start);
  const open = ordered.map((candidate) => ({ candidate, likeness: 0 }));
  const floor = FILLER * mean(ordered.slice(0, 3).map((candidate) => candidate.score));
  const chosen: Sentence[] = [];
  let characters = 0;
  let words = 0;
  while (chosen.length < most) {
    let best: (typeof open)[number] | null = null;
    let bestValue = Number.NEGATIVE_INFINITY;
    for (const entry of open) {
      const value = WORTH * entry.candidate.score - (1 - WORTH) * entry.likeness;
      if (value > bestValue) [best, bestValue] = [entry, value];
    }
    if (!best || best.candidate.score < floor) break;
    open.splice(open.indexOf(best), 1);
    const { sentence, vector } = best.candidate;
    const addedCharacters = sentence.text.length + (chosen.length > 0 ? 2 : 0);
    const addedWords = countWords(sentence.text);
    if (characters + addedCharacters > budget || words + addedWords > wordBudget) continue;
    chosen.push(sentence);
    characters += addedCharacters;
    words += addedWords;
    for (const entry of open) entry.likeness = Math.max(entry.likeness, similarity(entry.candidate.vector, vector));
  }
  const fallback = ordered[0];
  return chosen.length === 0 && fallback ? [fallback.sentence] : chosen;
}

function mean(values: number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}

function joinSentences(chosen: Sentence[]): string {
  let summary = "";
  let last: Sentence | null = null;
  for (const sentence of [...chosen].sort((a, b) => a.start - b.start)) {
    if (last) summary += separator(last, sentence);
    summary += sentence.text;
    last = sentence;
  }
  return summary;
}

function separator(before: Sentence, after: Sentence): string {
  if (before.block === after.block) return " ";
  return before.kind === "item" && after.kind === "item" ? "\n" : "\n\n";
}
