import { application } from "@/e2e/fixtures/workspace";
import type { RunListQuery } from "@/lib/runs/schema";
import type { LargeTenant } from "./runs-fill";

export type ListedPage = { name: string; query: RunListQuery };

/** Every combination of the filters that go together, first, middle and last page of each, and the two that stand alone. */
export function listPages({ agents, keys, middleId, lastId, from, parentId, previousId }: LargeTenant): ListedPage[] {
  const choices: [string, Partial<RunListQuery>[]][] = [
    ["status", [{}, { status: "failed" }, { status: "queued" }, { status: "timed_out" }]],
    // The last agent only ever works for others.
    ["agent", [{}, { agent: agents[0] }, { agent: agents.at(-1) }]],
    ["key", [{}, { api_key: keys[0] }]],
    ["first", [{}, { first_only: true }]],
    ["period", [{}, { created_after: from, created_before: new Date(from.getTime() + 86_400_000) }]],
  ];
  let filters: Partial<RunListQuery>[] = [{}];
  for (const [, options] of choices) filters = filters.flatMap((before) => options.map((option) => ({ ...before, ...option })));
  const pages = filters.flatMap((filter) => (filter.created_after ? [["first", undefined]] as const : [["first", undefined], ["middle", middleId], ["last", lastId]] as const)
    .map(([place, cursor]) => ({ name: `${describe(filter, agents)}: ${place}`, query: { limit: 20, ...filter, ...(cursor ? { cursor } : {}) } })));
  return [...pages, { name: "children of a run: first", query: { limit: 20, parent: parentId } }, { name: "what goes on from a run: first", query: { limit: 20, previous: previousId } }];
}

function describe(filter: Partial<RunListQuery>, agents: string[]): string {
  const words = [
    filter.status, filter.agent === undefined ? undefined : filter.agent === agents.at(-1) ? "an agent that only helps" : "an agent", filter.api_key ? "a key" : undefined,
    filter.first_only ? "first only" : undefined, filter.created_after ? "a day" : undefined,
  ].filter((word) => word !== undefined);
  return words.length === 0 ? "all" : words.join(", ");
}

type Node = { "Node Type": string; "Relation Name"?: string; "Actual Rows": number; "Actual Loops": number; "Rows Removed by Filter"?: number; Plans?: Node[] };
/** More rows than this under a sort, or passed over by a filter, is a large set: what waits in a queue is less. */
const LARGE = 5_000;

/** What is wrong with the plans of these pages, as the application's role inside the tenant. */
export async function explainPages(tenantId: string, pages: ListedPage[]): Promise<string[]> {
  const { pageStatement } = await import("@/lib/runs/list/repo");
  const client = await application().connect();
  const faults: string[] = [];
  try {
    await client.query("BEGIN");
    await client.query("SELECT set_config('stint.tenant_id', $1, true)", [tenantId]);
    for (const { name, query } of pages) {
      const { text, values } = pageStatement(tenantId, {
        most: query.limit + 1, cursor: query.cursor, status: query.status, agentId: query.agent, apiKeyId: query.api_key, firstOnly: query.first_only,
        createdAfter: query.created_after, createdBefore: query.created_before, parentRunId: query.parent, previousRunId: query.previous,
      });
      const { rows } = await client.query<{ "QUERY PLAN": [{ Plan: Node }] }>(`EXPLAIN (ANALYZE, FORMAT JSON) ${text}`, values);
      const top = rows[0]?.["QUERY PLAN"][0].Plan;
      if (!top) throw new Error(`${name} has no plan`);
      faults.push(...faultsOf(top).map((fault) => `${name}: ${fault}`));
    }
    await client.query("ROLLBACK");
  } finally {
    client.release();
  }
  return faults;
}

/** Whether a plan reads the runs from end to end, sorts many or passes many over. */
export function faultsOf(node: Node): string[] {
  const faults: string[] = [];
  const rows = (one: Node): number => one["Actual Rows"] * one["Actual Loops"];
  if (node["Node Type"] === "Seq Scan" && node["Relation Name"] === "run") faults.push("reads the runs from end to end");
  if (/Sort/.test(node["Node Type"]) && (node.Plans ?? []).reduce((sum, one) => sum + rows(one), 0) > LARGE) faults.push("sorts a large set");
  if ((node["Rows Removed by Filter"] ?? 0) * node["Actual Loops"] > LARGE) faults.push("passes over a large set");
  return [...faults, ...(node.Plans ?? []).flatMap(faultsOf)];
}
