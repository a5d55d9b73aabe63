import type { TermVector } from "./vectors";

const DAMPING = 0.85;
const ROUNDS = 30;
const CONVERGED = 1e-6;
/** Weaker likeness than this is chance. */
const WEAKEST_EDGE = 0.08;

interface Edge {
  to: number;
  weight: number;
}

/**
 * LexRank: how strongly each sentence is recommended by those like it, from the power iteration over the cosine graph,
 * scaled so that the best is 1. A text in which no sentence resembles another gives 1 everywhere.
 */
export function rankCentrality(vectors: TermVector[]): number[] {
  const edges = buildEdges(vectors);
  const strength = edges.map((list) => list.reduce((sum, edge) => sum + edge.weight, 0));
  const size = vectors.length;
  let rank = new Array<number>(size).fill(1 / size);
  for (let round = 0; round < ROUNDS; round++) {
    const next = new Array<number>(size).fill((1 - DAMPING) / size);
    let loose = 0;
    for (const [from, list] of edges.entries()) {
      const share = rank[from] ?? 0;
      const total = strength[from] ?? 0;
      if (total === 0) loose += share;
      for (const { to, weight } of list) next[to] = (next[to] ?? 0) + (DAMPING * share * weight) / total;
    }
    let change = 0;
    for (let i = 0; i < size; i++) {
      const value = (next[i] ?? 0) + (DAMPING * loose) / size;
      change += Math.abs(value - (rank[i] ?? 0));
      next[i] = value;
    }
    rank = next;
    if (change < CONVERGED) break;
  }
  const best = rank.reduce((max, value) => Math.max(max, value), 0);
  return rank.map((value) => (best === 0 ? 0 : value / best));
}

/** The likeness of every pair that shares a term, found through an inverted index. */
function buildEdges(vectors: TermVector[]): Edge[][] {
  const edges: Edge[][] = vectors.map(() => []);
  const postings: { sentence: number; weight: number }[][] = [];
  for (const [sentence, { ids, weights }] of vectors.entries()) {
    const likeness = new Map<number, number>();
    for (const [position, id] of ids.entries()) {
      const weight = weights[position] ?? 0;
      const posting = (postings[id] ??= []);
      for (const other of posting) likeness.set(other.sentence, (likeness.get(other.sentence) ?? 0) + other.weight * weight);
      posting.push({ sentence, weight });
    }
    for (const [other, weight] of likeness) {
      if (weight < WEAKEST_EDGE) continue;
      edges[sentence]?.push({ to: other, weight });
      edges[other]?.push({ to: sentence, weight });
    }
  }
  return edges;
}
