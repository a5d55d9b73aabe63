/** A stretch of the input that sentences may not cross: a paragraph, a list item or a heading. Offsets are UTF-16. */
export interface Block {
  start: number;
  end: number;
  kind: "prose" | "item" | "heading";
}

const FENCE = /^\s*(?:```|~~~)/;
const MARKDOWN_HEADING = /^\s{0,3}#{1,6}\s+/;
const RULE = /^\s*(?:[-=_*]\s*){3,}$/;
const TABLE_ROW = /^\s*\|.*\|\s*$/;
const LINK_DEFINITION = /^\s{0,3}\[[^\]]+\]:\s/;
const ITEM_MARKER = /^\s*(?:[-*+•‣◦–]|\(?\d{1,2}[.)])\s+/;
const QUOTE_MARKER = /^\s*>+\s?/;
const ENDS_SENTENCE = /[.!?…。！？｡؟।۔:;]["'”’»)\]]*\s*$/u;
/** A line shorter than this did not end because the page was full. */
const WRAP_WIDTH = 45;
const HEADING_WIDTH = 80;

interface Line {
  text: string;
  start: number;
  end: number;
}

/**
 * Cuts a text into blocks. Hard-wrapped lines stay together; blank lines, list markers, headings and short unfinished
 * lines separate. Code fences, tables, rules and link definitions are left out, being no sentences.
 */
export function splitBlocks(text: string): Block[] {
  const blocks: Block[] = [];
  let open: Block | null = null;
  let last: Line | null = null;
  let lines = 0;
  let inFence = false;

  const close = (): void => {
    if (open) blocks.push(lines === 1 && looksLikeHeading(text.slice(open.start, open.end), open) ? { ...open, kind: "heading" } : open);
    open = null;
    lines = 0;
  };
  for (const line of eachLine(text)) {
    if (FENCE.test(line.text)) {
      inFence = !inFence;
      close();
    } else if (inFence || isNoSentence(line.text)) {
      close();
    } else {
      const marker = readMarker(line.text);
      if (marker || !open || !last || breaksBetween(last.text, line.text)) {
        close();
        const lead = marker?.length ?? QUOTE_MARKER.exec(line.text)?.[0].length ?? 0;
        open = { start: line.start + lead, end: line.end, kind: marker?.kind ?? "prose" };
      }
      open.end = line.end;
      lines += 1;
      if (open.kind === "heading") close();
    }
    last = line;
  }
  close();
  return blocks;
}

function isNoSentence(line: string): boolean {
  return line.trim() === "" || RULE.test(line) || TABLE_ROW.test(line) || LINK_DEFINITION.test(line);
}

function* eachLine(text: string): Generator<Line> {
  let start = 0;
  while (start < text.length) {
    const newline = text.indexOf("\n", start);
    const end = newline === -1 ? text.length : newline;
    yield { text: text.slice(start, end), start, end };
    start = end + 1;
  }
}

function readMarker(line: string): { length: number; kind: Block["kind"] } | null {
  const heading = MARKDOWN_HEADING.exec(line);
  if (heading) return { length: heading[0].length, kind: "heading" };
  const item = ITEM_MARKER.exec(line);
  return item ? { length: item[0].length, kind: "item" } : null;
}

/** Whether a line break is meant: the line before stopped early, unfinished, and a new thought begins. */
function breaksBetween(before: string, after: string): boolean {
  if (QUOTE_MARKER.test(before) !== QUOTE_MARKER.test(after)) return true;
  return before.trim().length < WRAP_WIDTH && !ENDS_SENTENCE.test(before) && /^\s*[\p{Lu}\p{N}"“]/u.test(after);
}

function looksLikeHeading(text: string, block: Block): boolean {
  return block.kind === "prose" && text.trim().length <= HEADING_WIDTH && !ENDS_SENTENCE.test(text);
}
