import { expect, test } from "vitest";
import { listAddress, readFilters } from "./list-filters";

test("an address is read as the question that it is", () => {
  const given = { status: "failed", agent: "summarise", key: "key_00000000000000000000000000", from: "2026-11-01", to: "2026-11-01", show: "first" };
  const { filters, query } = readFilters(given);
  expect(filters).toEqual(given);
  expect(query).toEqual({ limit: 20, status: "failed", agent: "summarise", api_key: given.key, first_only: true, created_after: new Date("2026-11-01T00:00:00Z"), created_before: new Date("2026-11-02T00:00:00Z") });
  expect(readFilters(Object.fromEntries(new URL(listAddress("http://x/t/a", filters, "run_00000000000000000000000000")).searchParams))).toEqual({ filters, query: { ...query, cursor: "run_00000000000000000000000000" } });
});

test("what is empty, unknown or twice there is no filter", () => {
  expect(readFilters({ status: "asleep", agent: "", key: "x", from: "yesterday", to: ["2026-11-01", "2026-11-02"], show: "all", parent: "no", cursor: "no" })).toEqual({ filters: {}, query: { limit: 20 } });
  expect(listAddress("/t/a", {})).toBe("/t/a/runs");
});

test("the children of a run are all of them", () => {
  const parent = "run_00000000000000000000000000";
  expect(readFilters({ parent, status: "failed" })).toEqual({ filters: { parent }, query: { limit: 20, parent } });
});
