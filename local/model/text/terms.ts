/** Words that carry no topic. Other languages' are left to inverse document frequency. */
const STOP_WORDS = new Set(
  (
    "a an the and or but nor so yet if then else than that this these those there here it its it's he him his she her hers they them their theirs we us our " +
    "ours you your yours i me my mine who whom whose which what when where why how is am are was were be been being do does did doing done have has had having " +
    "will would shall should can could may might must of in on at by for from with without about into onto over under after before between through during as to " +
    "up down out off again further once not no only own same such too very just also any all each every both few more most other some s t don't didn't isn't " +
    "wasn't doesn't can't won't because while until although though even still ever never many much however upon"
  ).split(" "),
);

/** Scripts written without spaces, where pairs of characters stand in for words. */
const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;
const WORD = /[\p{L}\p{M}\p{N}]+(?:[.,'’-][\p{L}\p{M}\p{N}]+)*/gu;

/** The words of a sentence as written. In unspaced scripts each run of text is one word. */
export function findWords(text: string): string[] {
  return text.match(WORD) ?? [];
}

/** The topic words of a sentence: lower case, plural -s dropped, stop words left out, character pairs where there are no spaces. */
export function findTerms(text: string): string[] {
  const terms: string[] = [];
  for (const word of findWords(text)) {
    const plain = word.normalize("NFKC").toLowerCase().replace(/’/g, "'");
    if (UNSPACED.test(plain)) terms.push(...characterPairs(plain));
    else if (!STOP_WORDS.has(plain)) terms.push(dropPlural(plain));
  }
  return terms;
}

/** Number of words for a length limit; in unspaced scripts every character counts. */
export function countWords(text: string): number {
  let words = 0;
  for (const word of findWords(text)) words += UNSPACED.test(word) ? Array.from(word).length : 1;
  return words;
}

function characterPairs(word: string): string[] {
  const characters = Array.from(word);
  if (characters.length === 1) return characters;
  const pairs: string[] = [];
  for (let i = 0; i + 1 < characters.length; i++) pairs.push(`${characters[i]}${characters[i + 1]}`);
  return pairs;
}

function dropPlural(word: string): string {
  const base = word.endsWith("'s") ? word.slice(0, -2) : word;
  if (base.length > 4 && base.endsWith("ies")) return `${base.slice(0, -3)}y`;
  return base.length > 3 && base.endsWith("s") && !base.endsWith("ss") ? base.slice(0, -1) : base;
}
