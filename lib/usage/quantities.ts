import type { Quantities } from "@/lib/usage/schema";

/** No use at all. */
export function nothing(): Quantities {
  return { agent_ms: 0, api_calls: 0, model_micros: 0, input_tokens: 0, output_tokens: 0 };
}

/** Sums rows into one. */
export function addUp(rows: readonly Quantities[]): Quantities {
  const total = nothing();
  for (const row of rows) for (const meter of Object.keys(total) as (keyof Quantities)[]) total[meter] += row[meter];
  return total;
}
