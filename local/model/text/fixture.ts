/** Three sentences that say something, for tests to hide in text that says little. */
export const KEY_SENTENCES = [
  "The Harlow dam released 4,200 cubic metres of water on 7 March because its third gate had jammed.",
  "Ingrid Solberg resigned as treasurer after the auditors found the second ledger.",
  "Most importantly, vaccines kept at room temperature lose their potency within a week.",
];

const OPENINGS = ["In the morning", "Towards noon", "Later on", "As on other days", "For a while", "Before long", "Now and then"];
const SUBJECTS = ["the street", "the little garden", "the market", "the corridor", "the square", "the old station", "the reading room", "the yard"];
const PREDICATES = ["was quiet", "lay in an even light", "seemed much the same as ever", "filled slowly and emptied again", "smelled faintly of rain"];
const ENDINGS = ["and nobody was in a hurry.", "while people spoke of small things.", "and the hours went by.", "as everyone had expected.", "and that was all."];

/**
 * An aimless text of at least `words` words in paragraphs, with the key sentences at a sixth, a half and five sixths of
 * it. The same for the same arguments.
 */
export function buildFiller(words: number, keys: readonly string[] = KEY_SENTENCES): string {
  let seed = 20_261_123;
  const pick = (list: readonly string[]): string => {
    seed = (seed * 48_271) % 2_147_483_647;
    return list[seed % list.length] ?? "";
  };
  const sentences: string[] = [];
  for (let count = 0; count < words; ) {
    const sentence = `${pick(OPENINGS)} ${pick(SUBJECTS)} ${pick(PREDICATES)} ${pick(ENDINGS)}`;
    sentences.push(sentence);
    count += sentence.split(" ").length;
  }
  const places = [1 / 6, 1 / 2, 5 / 6].map((part) => Math.floor(sentences.length * part));
  for (const [i, key] of keys.entries()) sentences.splice((places[i] ?? 0) + i, 0, key);
  const paragraphs: string[] = [];
  for (let i = 0; i < sentences.length; i += 7) paragraphs.push(sentences.slice(i, i + 7).join(" "));
  return paragraphs.join("\n\n");
}
