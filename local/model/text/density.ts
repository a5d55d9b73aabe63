import { findWords } from "./terms";

/** Words by which writers mark what matters. English; other languages go by numbers, names and rarity alone. */
const CUES =
  /\b(?:important(?:ly)?|key|main|crucial|critical(?:ly)?|essential|vital|urgent|significant(?:ly)?|in (?:summary|conclusion|short|total)|to sum up|overall|therefore|thus|hence|as a result|consequently|findings?|found that|show(?:s|ed|n)? that|conclu(?:ded?|des|sion)|results?|decided|decision|agreed|must|required?|requires|deadline|recommend(?:s|ed|ation)?|discover(?:s|ed|y)|reveal(?:s|ed)|caused?|due to|led to|problem|risk|warning|fail(?:s|ed|ure)|approved|announced|confirmed|increased?|decreased?|doubled|reduced?|most|first|only|never|goal|purpose|total|record)\b/giu;
const FIGURE = /(?:[$€£¥₹]\s?\d|\d+(?:[.,:]\d+)*\s?(?:%|percent|per cent)?)/gu;
const NAME = /^\p{Lu}[\p{L}\p{M}'’-]+/u;
const ACRONYM = /^\p{Lu}[\p{Lu}\p{N}-]+$/u;

/**
 * How much a sentence tells for its length, 0 to 1: figures, names in mid-sentence and the words by which writers mark
 * what matters.
 */
export function measureDensity(text: string): number {
  const words = findWords(text);
  if (words.length === 0) return 0;
  const figures = text.match(FIGURE)?.length ?? 0;
  let names = 0;
  for (const [position, word] of words.entries()) {
    if (word.length > 1 && ((position > 0 && NAME.test(word)) || ACRONYM.test(word))) names += 1;
  }
  // A title or a shouted line is all capitals; there they mean nothing.
  if (names > words.length / 2) names = 0;
  const cues = text.match(CUES)?.length ?? 0;
  return (1 - Math.exp(-figures / 1.5)) * 0.4 + (1 - Math.exp(-names / 2)) * 0.3 + (1 - Math.exp(-cues / 1.5)) * 0.3;
}
