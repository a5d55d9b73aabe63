const PIECE = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]|\p{N}+|[\p{L}\p{M}]+|\n+|[^\s\p{L}\p{M}\p{N}]/gu;
/** What chat models spend on a message's role and borders. */
const PER_MESSAGE = 4;
const PER_REPLY = 3;

/**
 * Number of tokens of a text: deterministic, and close to what byte-pair vocabularies give without being any one of
 * them. A word is one token for every six letters begun, a number one for every three digits begun; each East Asian
 * character, punctuation mark or run of line breaks is one; other white space belongs to the next word.
 */
export function countTokens(text: string): number {
  let tokens = 0;
  for (const match of text.matchAll(PIECE)) tokens += weigh(match[0]);
  return tokens;
}

/** Tokens of a prompt: its messages' texts, a few for the borders of each, and the tools' definitions as JSON. */
export function countPromptTokens(texts: string[], tools: unknown[]): number {
  const messages = texts.reduce((sum, text) => sum + countTokens(text) + PER_MESSAGE, PER_REPLY);
  return tools.length === 0 ? messages : messages + countTokens(JSON.stringify(tools));
}

/** The longest beginning of a text that is at most `limit` tokens, and whether anything was left off. */
export function takeTokens(text: string, limit: number): { text: string; cut: boolean } {
  let tokens = 0;
  let end = 0;
  for (const match of text.matchAll(PIECE)) {
    tokens += weigh(match[0]);
    if (tokens > limit) return { text: text.slice(0, end), cut: true };
    end = match.index + match[0].length;
  }
  return { text, cut: false };
}

function weigh(piece: string): number {
  if (/^\p{N}/u.test(piece)) return Math.ceil(piece.length / 3);
  if (/^[\p{L}\p{M}]{2}/u.test(piece)) return Math.ceil(piece.length / 6);
  return 1;
}
