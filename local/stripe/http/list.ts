import { present } from "../world/present";
import type { Table } from "../world/table";
import { invalid, missingParameter } from "./error";
import { integer, range, text, type Kind, type Read } from "./kinds";

const limit: Kind<number> = {
  read: (value, at) => {
    const read = integer.read(value, at);
    if (read < 1) throw invalid("This value must be greater than or equal to 1.", at, "parameter_invalid_integer");
    return Math.min(read, 100);
  },
};

/** What every list takes. */
export const PAGE = { limit, starting_after: text, ending_before: text };
export const PAGE_CREATED = { ...PAGE, created: range };

type Page = Read<typeof PAGE> & { created?: { gt?: number; gte?: number; lt?: number; lte?: number } };

/** One page of a table, newest first. Throws ApiError for a cursor that is not in it. */
export function listPage<T extends { id: string; created?: number }>(table: Table<T>, url: string, page: Page, keep: (row: T) => boolean = () => true): object {
  const rows = table.filter((row) => keep(row) && isIn(row.created, page.created)).toReversed();
  rows.sort((a, b) => (b.created ?? 0) - (a.created ?? 0));
  return cut(rows, url, page);
}

/** One page of rows that are in order. */
export function cut<T extends { id: string; object?: string }>(rows: T[], url: string, page: Page): object {
  const size = page.limit ?? 10;
  const find = (id: string, param: string): number => {
    const at = rows.findIndex((row) => row.id === id);
    if (at < 0) throw missingParameter(rows[0]?.object ?? "object", id, param);
    return at;
  };
  if (page.ending_before !== undefined) {
    const end = find(page.ending_before, "ending_before");
    const start = Math.max(0, end - size);
    return { object: "list", data: rows.slice(start, end).map(present), has_more: start > 0, url };
  }
  const start = page.starting_after === undefined ? 0 : find(page.starting_after, "starting_after") + 1;
  return { object: "list", data: rows.slice(start, start + size).map(present), has_more: start + size < rows.length, url };
}

function isIn(at: number | undefined, asked: Page["created"]): boolean {
  if (!asked || at === undefined) return true;
  return at > (asked.gt ?? -Infinity) && at >= (asked.gte ?? -Infinity) && at < (asked.lt ?? Infinity) && at <= (asked.lte ?? Infinity);
}

