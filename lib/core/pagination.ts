import { z } from "zod";

/** `?limit=1..100&cursor=` as every list takes it. */
export const pageQuerySchema = z.object({
  limit: z.coerce.number().int().min(1).max(100).default(20).describe("How many objects a page has at most."),
  cursor: z.string().regex(/^[a-z]{3}_[0-9a-hjkmnp-tv-z]{26}$/, "This is not a cursor of ours.").optional().describe("The id of the last object of the page before."),
});
export type PageQuery = z.output<typeof pageQuerySchema>;

/** The shape of every list. */
export type ListBody<T> = { object: "list"; data: T[]; has_more: boolean; next_cursor: string | null };

/** The schema of a list of `item`. */
export function listSchema<T extends z.ZodType>(item: T) {
  return z.object({ object: z.literal("list"), data: z.array(item), has_more: z.boolean(), next_cursor: z.string().nullable() });
}

/**
 * Makes a page of rows that were read with one more than `limit`.
 * The cursor is the id of the last row shown: ids sort by time, so it stays valid while rows are added.
 */
export function toList<Row extends { id: string }, Item>(rows: Row[], limit: number, present: (row: Row) => Item): ListBody<Item> {
  const shown = rows.slice(0, limit);
  const hasMore = rows.length > limit;
  return { object: "list", data: shown.map(present), has_more: hasMore, next_cursor: hasMore ? (shown.at(-1)?.id ?? null) : null };
}
