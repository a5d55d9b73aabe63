/** A sparse vector of unit length: term numbers in rising order and their TF-IDF weights. */
export interface TermVector {
  ids: number[];
  weights: number[];
}

export interface VectorSpace {
  vectors: TermVector[];
  /** Mean inverse document frequency of each sentence's terms, 0 (everywhere) to 1 (nowhere else). */
  rarity: number[];
  /** Share of each sentence's terms that no other sentence has, 0 to 1. */
  foreign: number[];
}

/** Turns sentences, given as lists of terms, into TF-IDF vectors over the whole text. */
export function buildVectors(sentences: string[][]): VectorSpace {
  const numbers = new Map<string, number>();
  const found: number[] = [];
  const counted = sentences.map((terms) => {
    const counts = new Map<number, number>();
    for (const term of terms) {
      const id = numbers.get(term) ?? numbers.size;
      numbers.set(term, id);
      counts.set(id, (counts.get(id) ?? 0) + 1);
    }
    for (const id of counts.keys()) found[id] = (found[id] ?? 0) + 1;
    return counts;
  });
  const highest = Math.log(1 + sentences.length);
  const idf = found.map((count) => Math.log(1 + sentences.length / count) - Math.LN2);
  const vectors: TermVector[] = [];
  const rarity: number[] = [];
  const foreign: number[] = [];
  for (const counts of counted) {
    const ids = [...counts.keys()].sort((a, b) => a - b);
    const weights = ids.map((id) => (1 + Math.log(counts.get(id) ?? 1)) * (idf[id] ?? 0));
    const length = Math.hypot(...weights);
    vectors.push({ ids, weights: length === 0 ? weights : weights.map((weight) => weight / length) });
    const total = ids.reduce((sum, id) => sum + (idf[id] ?? 0), 0);
    rarity.push(ids.length === 0 || highest === 0 ? 0 : total / ids.length / highest);
    foreign.push(ids.length < 3 ? 0 : ids.filter((id) => found[id] === 1).length / ids.length);
  }
  return { vectors, rarity, foreign };
}

/** Cosine similarity of two unit vectors, 0 to 1. */
export function similarity(a: TermVector, b: TermVector): number {
  let sum = 0;
  for (let i = 0, j = 0; i < a.ids.length && j < b.ids.length; ) {
    const left = a.ids[i] ?? 0;
    const right = b.ids[j] ?? 0;
    if (left === right) {
      sum += (a.weights[i] ?? 0) * (b.weights[j] ?? 0);
      i += 1;
      j += 1;
    } else if (left < right) i += 1;
    else j += 1;
  }
  return sum;
}
