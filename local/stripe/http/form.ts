import { invalid } from "./error";

export type Tree = string | Tree[] | { [name: string]: Tree };
export type Form = Record<string, Tree>;

const MAX_DEPTH = 8;

/** Reads `a=1&b[c][0][d]=2&e[]=3` into an object. Throws ApiError where two entries contradict each other. */
export function parseForm(text: string): Form {
  const root: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  for (const [key, value] of new URLSearchParams(text)) {
    const path = [/^[^[]*/.exec(key)?.[0] ?? "", ...[...key.matchAll(/\[([^\]]*)\]/g)].map((match) => match[1] ?? "")];
    if (path.length > MAX_DEPTH) throw invalid(`Parameter nested too deeply: ${key}`, key);
    insert(root, path, value, key);
  }
  return finish(root) as Form;
}

function insert(root: Record<string, unknown>, path: string[], value: string, key: string): void {
  let node = root;
  path.forEach((part, index) => {
    const name = part === "" && index > 0 ? String(Object.keys(node).length) : part;
    if (index === path.length - 1) {
      if (name in node && typeof node[name] === "object") throw invalid(`Invalid ${key}: it is both a value and an object`, key);
      node[name] = value;
      return;
    }
    const next = node[name] ?? (Object.create(null) as Record<string, unknown>);
    if (typeof next !== "object") throw invalid(`Invalid ${key}: it is both a value and an object`, key);
    node[name] = next;
    // It was made two lines above, or by an earlier entry.
    node = next as Record<string, unknown>;
  });
}

function finish(node: Record<string, unknown>): Tree {
  const entries = Object.entries(node);
  const finished = entries.map(([name, value]): [string, Tree] => [name, typeof value === "string" ? value : finish(value as Record<string, unknown>)]);
  if (entries.length > 0 && entries.every(([name]) => /^\d+$/.test(name))) return finished.sort(([a], [b]) => Number(a) - Number(b)).map(([, value]) => value);
  return Object.fromEntries(finished);
}
