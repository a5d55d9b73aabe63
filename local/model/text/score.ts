import { rankCentrality } from "./centrality";
import { measureDensity } from "./density";
import type { Sentence } from "./sentences";
import { countWords, findTerms } from "./terms";
import { buildVectors, type TermVector } from "./vectors";

/** A sentence that may enter the summary. */
export interface Candidate {
  sentence: Sentence;
  vector: TermVector;
  /** Worth on its own, about 0 to 1. */
  score: number;
}

/** More sentences than this are thinned by density and rarity before the graph, whose cost grows with the square. */
const GRAPH_LIMIT = 900;

interface Features {
  sentence: Sentence;
  vector: TermVector;
  rarity: number;
  /** How far the sentence's words stand outside the rest of the text, 0 (as the average does) to 1 (altogether). */
  outlying: number;
  novelty: number;
  density: number;
}

/**
 * Scores the distinct sentences of a text. Centrality alone would prefer the filler of a repetitive text to what stands
 * out from it, so the more a text repeats itself, the more novelty counts and the less centrality does.
 */
export function scoreSentences(sentences: Sentence[]): Candidate[] {
  const terms = sentences.map((sentence) => findTerms(sentence.text));
  const space = buildVectors(terms);
  const masked = terms.map((list) => list.map((term) => (/^[\p{N}.,]+$/u.test(term) ? "#" : term)));
  const novelty = measureNovelty(masked);
  const usual = mean(space.foreign);
  const repetition = 1 - mean(novelty);

  const repeated = findRepeated(terms, masked);
  let features: Features[] = [];
  for (const [i, sentence] of sentences.entries()) {
    const vector = space.vectors[i];
    if (!vector || repeated.has(i)) continue;
    features.push({
      sentence,
      vector,
      rarity: space.rarity[i] ?? 0,
      outlying: usual < 1 ? Math.max(0, ((space.foreign[i] ?? 0) - usual) / (1 - usual)) : 0,
      novelty: novelty[i] ?? 0,
      density: measureDensity(sentence.text),
    });
  }
  features = thin(features);
  const centrality = rankCentrality(features.map((feature) => feature.vector));
  const last = sentences.length - 1;
  return features.map((feature, i) => {
    const { sentence, vector, density } = feature;
    const distinct = 0.6 * feature.novelty + 0.4 * feature.rarity;
    const score =
      (0.4 - 0.35 * repetition) * (centrality[i] ?? 0) +
      (0.15 + 0.45 * repetition) * distinct +
      0.35 * feature.outlying ** 2 +
      // A figure in a sentence that only repeats a pattern is a counter, not a fact.
      0.45 * density * (0.4 + 0.6 * feature.novelty) +
      weighPosition(sentence, sentence === sentences[0], sentence === sentences[last]);
    return { sentence, vector, score: score * weighLength(sentence.text) };
  });
}

/** Sentences said before, and those of a pattern that occurs at least three times with other figures, but for the first. */
function findRepeated(terms: string[][], masked: string[][]): Set<number> {
  const patterns = new Map<string, number>();
  for (const list of masked) patterns.set(list.join(" "), (patterns.get(list.join(" ")) ?? 0) + 1);
  const seen = new Set<string>();
  const repeated = new Set<number>();
  for (const [i, list] of terms.entries()) {
    const pattern = (masked[i] ?? []).join(" ");
    const key = (patterns.get(pattern) ?? 0) >= 3 ? pattern : list.join(" ");
    if (seen.has(key)) repeated.add(i);
    seen.add(key);
  }
  return repeated;
}

function mean(values: number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}

/** Share of each sentence's term pairs that occur in no other sentence, 0 (a template's) to 1 (said only here). */
function measureNovelty(terms: string[][]): number[] {
  const pairs = terms.map((list) => {
    const own = new Set<string>();
    for (let i = 0; i + 1 < list.length; i++) own.add(`${list[i]} ${list[i + 1]}`);
    return own;
  });
  const found = new Map<string, number>();
  for (const own of pairs) for (const pair of own) found.set(pair, (found.get(pair) ?? 0) + 1);
  return pairs.map((own) => {
    let single = 0;
    for (const pair of own) if (found.get(pair) === 1) single += 1;
    return own.size === 0 ? 0 : single / own.size;
  });
}

function thin(features: Features[]): Features[] {
  if (features.length <= GRAPH_LIMIT) return features;
  const worth = (feature: Features): number => feature.density + feature.rarity + feature.novelty;
  const kept = new Set([...features].sort((a, b) => worth(b) - worth(a) || a.sentence.start - b.sentence.start).slice(0, GRAPH_LIMIT));
  return features.filter((feature) => kept.has(feature));
}

function weighPosition(sentence: Sentence, isFirst: boolean, isLast: boolean): number {
  if (isFirst) return 0.12;
  if (isLast) return 0.05;
  return sentence.firstInBlock && sentence.kind === "prose" ? 0.04 : 0;
}

/** Fragments and lead-ins to a list say little by themselves, and very long sentences crowd out the rest. */
function weighLength(text: string): number {
  const words = countWords(text);
  if (/[:：]$/.test(text)) return 0.5;
  if (words < 4) return 0.4;
  if (words < 7) return 0.75;
  return words > 60 ? 0.8 : 1;
}
