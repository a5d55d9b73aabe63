import { percentOf } from "@/components/usage/scale";

/** Where one step lies on the strip of its run. Milliseconds; null: it has no place yet. Decoration: the words stand beside it. */
export function StepBar({ startMs, endMs, totalMs, kind }: { startMs: number | null; endMs: number | null; totalMs: number; kind: "model" | "tool" }) {
  const total = Math.max(totalMs, 1);
  return (
    <svg width="100%" height="8" aria-hidden="true" className="block">
      <rect width="100%" height="8" className="fill-sunken" />
      {startMs === null || endMs === null ? null : <rect x={percentOf(startMs, total)} width={percentOf(Math.max(endMs - startMs, total * 0.004), total)} height="8" className={kind === "model" ? "fill-ink" : "fill-muted"} />}
    </svg>
  );
}
