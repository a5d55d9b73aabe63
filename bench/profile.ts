/** What a process spent its time on, from the profile that `node --cpu-prof` left behind. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** As V8 writes it: self time is in `timeDeltas` (microseconds) by sample. */
type Profile = { nodes: { id: number; callFrame: { functionName: string; url: string; lineNumber: number } }[]; samples: number[]; timeDeltas: number[] };

/** Functions by their own share of the busy time in the last `lastMs`, the largest first, out of the newest profile of a folder. */
export function topOf(folder: string, count: number, lastMs: number): { name: string; share: number }[] {
  const file = readdirSync(folder).filter((name) => name.endsWith(".cpuprofile")).sort().at(-1);
  if (file === undefined) throw new Error(`${folder} holds no profile`);
  // Written by V8 a moment ago.
  const { nodes, samples, timeDeltas } = JSON.parse(readFileSync(join(folder, file), "utf8")) as Profile;
  const names = new Map(nodes.map(({ id, callFrame: { functionName, url, lineNumber } }) => [id, `${functionName || "(anonymous)"} ${shorten(url)}${url ? `:${lineNumber + 1}` : ""}`.trim()]));
  const spent = new Map<string, number>();
  let left = timeDeltas.reduce((sum, one) => sum + one, 0);
  samples.forEach((id, index) => {
    const name = names.get(id) ?? "";
    left -= timeDeltas[index] ?? 0;
    if (name !== "(idle)" && left <= lastMs * 1000) spent.set(name, (spent.get(name) ?? 0) + (timeDeltas[index] ?? 0));
  });
  const busy = [...spent.values()].reduce((sum, one) => sum + one, 0);
  return [...spent].map(([name, time]) => ({ name, share: time / busy })).sort((a, b) => b.share - a.share).slice(0, count);
}

function shorten(url: string): string {
  return url.replace(/^file:\/\//, "").replace(/^.*\/node_modules\//, "").replace(`${process.cwd()}/`, "");
}
