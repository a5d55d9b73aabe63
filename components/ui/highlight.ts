export type CodeToken = { kind: "plain" | "string" | "comment" | "word"; text: string };

// Comments, quoted strings, and the handful of words that carry structure in the languages we show. A `#` or `//` opens a
// comment only at a line's start or after a blank, so that addresses and colours stay whole.
const PATTERN =
  /(?<comment>(?<=^|\s)(?:\/\/|#)[^\n]*)|(?<string>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\]|\\.)*'|`(?:[^`\\]|\\.)*`)|(?<word>(?<![\w-])(?:import|from|const|let|await|async|for|of|in|if|return|new|export|def|print|curl|npm|true|false|null|None|True|False|event|data|id)(?![\w-]))/gm;

/** Splits code into runs of one kind, in order; joined they are the input again. Three kinds are enough to read by. */
export function highlight(code: string): CodeToken[] {
  const tokens: CodeToken[] = [];
  let at = 0;
  for (const match of code.matchAll(PATTERN)) {
    if (match.index > at) tokens.push({ kind: "plain", text: code.slice(at, match.index) });
    const kind = match.groups?.comment !== undefined ? "comment" : match.groups?.string !== undefined ? "string" : "word";
    tokens.push({ kind, text: match[0] });
    at = match.index + match[0].length;
  }
  if (at < code.length) tokens.push({ kind: "plain", text: code.slice(at) });
  return tokens;
}
