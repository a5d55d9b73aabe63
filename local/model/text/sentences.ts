import { endsInAbbreviation } from "./abbreviations";
import { splitBlocks, type Block } from "./blocks";

/** A sentence as it stands in the input. `text` is the exact substring, line breaks included. */
export interface Sentence {
  text: string;
  /** Offset in the input, in UTF-16 units. */
  start: number;
  /** Number of the block it is from; sentences of one block may be joined by a space. */
  block: number;
  kind: Block["kind"];
  firstInBlock: boolean;
}

interface Span {
  start: number;
  end: number;
}

/** Longer than any sentence a person wrote: a text without punctuation, to be cut at the next best place. */
const LONGEST_SENTENCE = 800;
/** How far an unclosed quotation or bracket may hold sentences together. */
const LONGEST_QUOTATION = 400;

const segmenter = new Intl.Segmenter("en", { granularity: "sentence" });

/** Splits a text into its sentences, in order. Every `text` is a substring of the input, trimmed at both ends only. */
export function splitSentences(text: string): Sentence[] {
  const sentences: Sentence[] = [];
  for (const [number, block] of splitBlocks(text).entries()) {
    let first = true;
    for (const span of splitBlock(text, block)) {
      const raw = text.slice(span.start, span.end);
      const trimmed = raw.trim();
      if (!/[\p{L}\p{N}]/u.test(trimmed)) continue;
      const start = span.start + (raw.length - raw.trimStart().length);
      sentences.push({ text: trimmed, start, block: number, kind: block.kind, firstInBlock: first });
      first = false;
    }
  }
  return sentences;
}

function splitBlock(text: string, block: Block): Span[] {
  // A line break is a sentence break to the segmenter; inside a block it is only where the page was full.
  const flat = text.slice(block.start, block.end).replace(/[\r\n\u2028\u2029\u0085]/g, " ");
  const parts: string[] = [];
  for (const { segment } of segmenter.segment(flat)) parts.push(segment);

  const spans: Span[] = [];
  let at = block.start;
  for (let i = 0; i < parts.length; ) {
    let piece = parts[i] ?? "";
    i += 1;
    let next = parts[i];
    while (next !== undefined && belongsTogether(piece, next)) {
      piece += next;
      i += 1;
      next = parts[i];
    }
    spans.push(...cutLong(text, { start: at, end: at + piece.length }));
    at += piece.length;
  }
  return spans;
}

function belongsTogether(before: string, after: string): boolean {
  if (endsInAbbreviation(before, after)) return true;
  if (before.length + after.length > LONGEST_QUOTATION) return false;
  return isOpen(before, after);
}

/** Whether `before` opens a bracket or a quotation that `after` closes. */
function isOpen(before: string, after: string): boolean {
  for (const [opening, closing] of [["(", ")"], ["“", "”"], ["«", "»"], ["「", "」"]] as const) {
    if (count(before, opening) > count(before, closing) && count(after, closing) > count(after, opening)) return true;
  }
  return count(before, '"') % 2 === 1 && count(after, '"') % 2 === 1;
}

function count(text: string, mark: string): number {
  let found = 0;
  for (let at = text.indexOf(mark); at !== -1; at = text.indexOf(mark, at + 1)) found += 1;
  return found;
}

function cutLong(text: string, span: Span): Span[] {
  const spans: Span[] = [];
  let start = span.start;
  while (span.end - start > LONGEST_SENTENCE) {
    const window = text.slice(start, start + LONGEST_SENTENCE);
    const cut = start + (findCut(window, /[;；:：]\s?/gu) ?? findCut(window, /\n/gu) ?? findCut(window, /[,，、]\s?/gu) ?? findCut(window, /\s/gu) ?? wholeCharacters(window));
    spans.push({ start, end: cut });
    start = cut;
  }
  spans.push({ start, end: span.end });
  return spans;
}

/** End of the last match in the window's second half, or null. */
function findCut(window: string, mark: RegExp): number | null {
  let cut: number | null = null;
  for (const match of window.matchAll(mark)) {
    const end = match.index + match[0].length;
    if (end > window.length / 2) cut = end;
  }
  return cut;
}

/** The window's length, less one unit when a surrogate pair would be torn. */
function wholeCharacters(window: string): number {
  const last = window.charCodeAt(window.length - 1);
  return last >= 0xd800 && last <= 0xdbff ? window.length - 1 : window.length;
}
