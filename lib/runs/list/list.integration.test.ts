/** The list of runs under every filter: what is in a page, and that an index answers it. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { fillRuns, SIZE, type LargeTenant } from "@/bench/runs-fill";
import { explainPages, faultsOf, listPages } from "@/bench/runs-pages";
import { makeWorkspace, owner, queueRuns } from "@/e2e/fixtures/workspace";
import { newId } from "@/lib/core/ids";
import { closeDb } from "@/lib/platform/db";
import { runListQuerySchema, type RunListQuery } from "@/lib/runs/schema";
import { listRuns } from "@/lib/runs/service";

let large: LargeTenant;
type Row = { id: string; status: string; agent_id: string; api_key_id: string | null; parent_run_id: string | null; previous_run_id: string | null; created_at: Date };
let all: Row[];

beforeAll(async () => {
  large = await fillRuns(() => undefined, { ...SIZE, runs: 20_000, smallTenants: 5, queued: 100 });
  all = (await owner().query<Row>("SELECT id, status, agent_id, api_key_id, parent_run_id, previous_run_id, created_at FROM run WHERE tenant_id = $1 ORDER BY id DESC", [large.tenantId])).rows;
}, 120_000);
afterAll(async () => {
  // Other suites look after old runs, and would find these.
  await owner().query("DELETE FROM run WHERE tenant_id = $1 OR tenant_id LIKE 'ten_small%'", [large.tenantId]);
  await owner().query("DELETE FROM tenant WHERE id LIKE 'ten_small%'");
  await closeDb();
});

/** What a page has to hold, found by looking at every run. */
function wanted(query: RunListQuery): string[] {
  return all.filter((run) => (query.cursor === undefined || run.id < query.cursor) && (query.status === undefined || run.status === query.status) && (query.agent === undefined || run.agent_id === query.agent)
    && (query.api_key === undefined || run.api_key_id === query.api_key) && (!query.first_only || run.parent_run_id === null)
    && (query.created_after === undefined || run.created_at >= query.created_after) && (query.created_before === undefined || run.created_at < query.created_before)
    && (query.parent === undefined || run.parent_run_id === query.parent) && (query.previous === undefined || run.previous_run_id === query.previous)).slice(0, query.limit).map(({ id }) => id);
}

test("every combination of filters has the runs that it should, in order, first, middle and last page", async () => {
  let found = 0;
  for (const { name, query } of listPages(large)) {
    const page = await listRuns(large.tenantId, query);
    expect(page.data.map(({ id }) => id), name).toEqual(wanted(query));
    found += page.data.length;
  }
  expect(found).toBeGreaterThan(500);
});

test("an index answers each of them: no table is read from end to end, no large set sorted or passed over", async () => {
  expect(await explainPages(large.tenantId, listPages(large))).toEqual([]);
});

test("a plan that does any of it is found", () => {
  const plan = (node: object) => faultsOf({ "Node Type": "Limit", "Actual Rows": 1, "Actual Loops": 1, Plans: [{ "Node Type": "Seq Scan", "Actual Rows": 1, "Actual Loops": 1, ...node }] });
  expect(plan({ "Relation Name": "run" })).toEqual(["reads the runs from end to end"]);
  expect(plan({ "Node Type": "Index Scan", "Rows Removed by Filter": 6_000 })).toEqual(["passes over a large set"]);
  expect(plan({ "Node Type": "Incremental Sort", Plans: [{ "Node Type": "Index Scan", "Actual Rows": 100, "Actual Loops": 60 }] })).toEqual(["sorts a large set"]);
});

test("walking the pages of a filter meets every run once", async () => {
  const seen: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await listRuns(large.tenantId, { limit: 100, status: "failed", first_only: true, ...(cursor ? { cursor } : {}) });
    seen.push(...page.data.map(({ id }) => id));
    cursor = page.next_cursor ?? undefined;
  } while (cursor);
  expect(seen).toEqual(wanted({ limit: all.length, status: "failed", first_only: true }));
});

describe("what is asked for", () => {
  test.each([
    ["parent=run_00000000000000000000000000&status=failed", "parent"], ["previous=run_00000000000000000000000000&first_only=true", "previous"], ["parent=nothing", "parent"], ["api_key=x", "api_key"],
    ["created_after=yesterday", "created_after"], ["first_only=yes", "first_only"],
  ])("%s is refused at its place", (text, param) => {
    const parsed = runListQuerySchema.safeParse(Object.fromEntries(new URLSearchParams(text)));
    expect(parsed.error?.issues[0]?.path).toEqual([param]);
  });

  test("a date is its first moment in UTC", () => {
    expect(runListQuerySchema.parse({ created_after: "2026-11-23", created_before: "2026-11-24T01:00:00+01:00" })).toMatchObject({ created_after: new Date("2026-11-23T00:00:00Z"), created_before: new Date("2026-11-24T00:00:00Z") });
  });

  test("what is another tenant's is not there, nor is what nobody has", async () => {
    const other = await makeWorkspace();
    await queueRuns(other, 1);
    expect((await listRuns(other.tenantId, { limit: 20, agent: large.agents[0] })).data).toEqual([]);
    expect((await listRuns(other.tenantId, { limit: 20, api_key: large.keys[0] })).data).toEqual([]);
    expect((await listRuns(other.tenantId, { limit: 20, parent: large.parentId })).data).toEqual([]);
    expect((await listRuns(large.tenantId, { limit: 20, agent: "nobody-has-this" })).data).toEqual([]);
    expect((await listRuns(large.tenantId, { limit: 20, api_key: newId("key") })).data).toEqual([]);
  });
});
