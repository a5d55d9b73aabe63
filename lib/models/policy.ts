import type { ModelInfo } from "@/lib/agents/models";
import type { OwnModel } from "@/lib/models/schema";

/** What an agent calls a model of a key. */
export function ownModelId(label: string, id: string): string {
  return `${label}/${id}`;
}

/** A name with a label before it in its parts; null: it has none, so it is no model of a key. */
export function splitModelId(id: string): { label: string; model: string } | null {
  const slash = id.indexOf("/");
  return slash < 1 ? null : { label: id.slice(0, slash), model: id.slice(slash + 1) };
}

/** A model of a key as any other model. Whoever pays its endpoint themselves pays nothing here. */
export function toModelInfo(label: string, model: OwnModel): ModelInfo {
  return { ...model, id: ownModelId(label, model.id), input_micros_per_million: 0, output_micros_per_million: 0 };
}

/**
 * What a key's models are after its endpoint was asked: what it offers, with the sizes that are known of each, and those
 * that agents use, which an endpoint may serve without listing them.
 */
export function refreshModels(stored: readonly OwnModel[], offered: readonly OwnModel[], used: ReadonlySet<string>, most: number): OwnModel[] {
  const known = new Map(stored.map((model) => [model.id, model]));
  const kept = stored.filter(({ id }) => used.has(id));
  const others = offered.filter(({ id }) => !used.has(id)).map((model) => known.get(model.id) ?? model);
  return [...kept, ...others].slice(0, most);
}
