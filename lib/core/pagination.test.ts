import { describe, expect, test } from "vitest";
import { pageQuerySchema, toList } from "@/lib/core/pagination";

const rows = (count: number) => Array.from({ length: count }, (_, n) => ({ id: `run_${9 - n}`, secret: "x" }));

describe("toList", () => {
  test("shows what fits and points at the last row shown", () => {
    expect(toList(rows(4), 3, ({ id }) => id)).toEqual({ object: "list", data: ["run_9", "run_8", "run_7"], has_more: true, next_cursor: "run_7" });
  });

  test("has no cursor when nothing more is there", () => {
    expect(toList(rows(3), 3, ({ id }) => id)).toEqual({ object: "list", data: ["run_9", "run_8", "run_7"], has_more: false, next_cursor: null });
    expect(toList([], 3, ({ id }: { id: string }) => id)).toEqual({ object: "list", data: [], has_more: false, next_cursor: null });
  });
});

describe("pageQuerySchema", () => {
  test("reads numbers from the query string and has a default", () => {
    expect(pageQuerySchema.parse({ limit: "100" }).limit).toBe(100);
    expect(pageQuerySchema.parse({}).limit).toBe(20);
  });
  test.each(["0", "101", "-1", "1.5", "ten", ""])("refuses the limit %j", (limit) => expect(pageQuerySchema.safeParse({ limit }).success).toBe(false));
});
