import { z } from "zod";
import { DAY_MS } from "@/lib/core/time";
import { runListQuerySchema, type RunListQuery } from "@/lib/runs/schema";

/** What the list's address says, as it was typed; whatever is no filter of ours is left out. */
export type ListFilters = { status?: string; agent?: string; key?: string; from?: string; to?: string; show?: "first"; parent?: string };

const filtersSchema = z.object({
  status: runListQuerySchema.shape.status.catch(undefined), agent: runListQuerySchema.shape.agent.catch(undefined), key: runListQuerySchema.shape.api_key.catch(undefined),
  from: z.iso.date().optional().catch(undefined), to: z.iso.date().optional().catch(undefined), show: z.literal("first").optional().catch(undefined),
  parent: runListQuerySchema.shape.parent.catch(undefined), cursor: runListQuerySchema.shape.cursor.catch(undefined),
});

/** The filters in an address and the question that they are. `from` and `to` are days in UTC, both included. */
export function readFilters(given: Record<string, string | string[] | undefined>): { filters: ListFilters; query: RunListQuery } {
  const { cursor, ...read } = filtersSchema.parse(given);
  const filters = read.parent === undefined ? without(read) : { parent: read.parent };
  const { status, agent, key, from, to, show, parent } = filters;
  return {
    filters,
    query: without({
      limit: 20, cursor, parent, status: runListQuerySchema.shape.status.parse(status), agent, api_key: key, first_only: show === "first" ? true : undefined,
      created_after: from === undefined ? undefined : new Date(from), created_before: to === undefined ? undefined : new Date(Date.parse(to) + DAY_MS),
    }),
  };
}

/** The address of the list under these filters. */
export function listAddress(base: string, filters: ListFilters, cursor?: string): string {
  const text = new URLSearchParams(Object.entries({ ...filters, ...(cursor === undefined ? {} : { cursor }) })).toString();
  return text === "" ? `${base}/runs` : `${base}/runs?${text}`;
}

function without<T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  // What is undefined is left out, so what is left has no undefined.
  return Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined)) as { [K in keyof T]: Exclude<T[K], undefined> };
}
