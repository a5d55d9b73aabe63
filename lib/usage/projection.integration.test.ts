/** The hourly rollups follow the ledger: nothing twice, nothing lost, whatever commits late. */
import type pg from "pg";
import { afterAll, describe, expect, test } from "vitest";
import { makeKey, makeWorkspace, owner, type Workspace } from "@/e2e/fixtures/workspace";
import { until } from "@/e2e/fixtures/until";
import { closeDb } from "@/lib/platform/db";
import { getUsage, projectLedger } from "@/lib/usage/service";

afterAll(() => closeDb());

const insert = (client: pg.Pool | pg.ClientBase, one: Workspace, quantity: number, occurredAt = new Date(), billed = true) =>
  client.query("INSERT INTO ledger (tenant_id, period_start, meter, quantity, billed, api_key_id, agent_id, occurred_at) VALUES ($1, date_trunc('month', now(), 'UTC'), 'agent_ms', $2, $3, $4, $5, $6)", [one.tenantId, quantity, billed, one.keyId, one.agentId, occurredAt]);

async function rolledUp(one: Workspace, billed = true): Promise<number> {
  const { rows } = await owner().query<{ sum: number }>("SELECT coalesce(sum(quantity), 0)::bigint AS sum FROM usage_hourly WHERE tenant_id = $1 AND meter = 'agent_ms' AND billed = $2", [one.tenantId, billed]);
  return rows[0]?.sum ?? 0;
}

const projected = (one: Workspace, expected: number) => until(async () => { await projectLedger(); return rolledUp(one); }, (sum) => sum === expected);

describe("the projection", () => {
  test("waits for what began earlier and commits later, and then misses nothing", async () => {
    const one = await makeWorkspace();
    const slow = await owner().connect();
    try {
      await slow.query("BEGIN");
      await insert(slow, one, 1);
      await insert(owner(), one, 10);
      await projectLedger();
      // The second row is newer than an open transaction: adding it now would let the watermark pass the first.
      expect(await rolledUp(one)).toBe(0);
      await slow.query("COMMIT");
    } finally {
      slow.release();
    }
    await projected(one, 11);
    await projectLedger();
    expect(await rolledUp(one)).toBe(11);
  });

  test("a transaction that is rolled back leaves nothing", async () => {
    const one = await makeWorkspace();
    const client = await owner().connect();
    try {
      await client.query("BEGIN");
      await insert(client, one, 5);
      await client.query("ROLLBACK");
    } finally {
      client.release();
    }
    await insert(owner(), one, 7);
    await projected(one, 7);
  });

  test("many writers and many projectors at once add every row exactly once", async () => {
    const one = await makeWorkspace();
    let writing = true;
    const projectors = Array.from({ length: 4 }, async () => {
      while (writing) await projectLedger();
    });
    await Promise.all(Array.from({ length: 12 }, async (_, writer) => {
      const client = await owner().connect();
      try {
        for (let n = 0; n < 25; n++) {
          await client.query("BEGIN");
          await insert(client, one, 1);
          // Some transactions stay open across several projections.
          if (writer % 3 === 0) await client.query("SELECT pg_sleep(0.005)");
          await client.query(n % 5 === 4 ? "ROLLBACK" : "COMMIT");
        }
      } finally {
        client.release();
      }
    }));
    writing = false;
    await Promise.all(projectors);
    await projected(one, 12 * 20);
    await projectLedger();
    expect(await rolledUp(one)).toBe(240);
  });

  test("what is not billed is kept apart and is on nobody's usage page", async () => {
    const one = await makeWorkspace();
    await insert(owner(), one, 40);
    await insert(owner(), one, 2, new Date(), false);
    await projected(one, 40);
    expect(await rolledUp(one, false)).toBe(2);
    expect((await getUsage(one.tenantId, { start: new Date(Date.now() - 3_600_000) }, { group_by: "meter" })).total.agent_ms).toBe(40);
  });
});

describe("usage", () => {
  test("is grouped by UTC day and hour, agent, key and meter, and the groups add up", async () => {
    const one = await makeWorkspace();
    const other = await makeKey(one);
    const from = new Date("2026-10-31T00:00:00Z");
    for (const [at, quantity] of [["2026-10-30T23:59:59.999Z", 1], ["2026-10-31T00:00:00Z", 2], ["2026-10-31T23:59:59.999Z", 4], ["2026-11-01T00:00:00Z", 8], ["2026-11-02T00:00:00Z", 16]] as const) {
      await insert(owner(), one, quantity, new Date(at));
    }
    await insert(owner(), { ...one, keyId: other.keyId }, 32, new Date("2026-11-01T10:30:00Z"));
    await projected(one, 63);
    const query = { from: from.toISOString(), to: "2026-11-02T00:00:00Z" };
    const usage = (group_by: "day" | "hour" | "key" | "agent" | "meter") => getUsage(one.tenantId, { start: from }, { ...query, group_by });

    expect((await usage("day")).data.map((row) => [row.key, row.agent_ms])).toEqual([["2026-10-31", 6], ["2026-11-01", 40]]);
    expect((await usage("hour")).data.map((row) => [row.key, row.agent_ms])).toEqual([["2026-10-31T00:00:00Z", 2], ["2026-10-31T23:00:00Z", 4], ["2026-11-01T00:00:00Z", 8], ["2026-11-01T10:00:00Z", 32]]);
    expect(Object.fromEntries((await usage("key")).data.map((row) => [row.key, row.agent_ms]))).toEqual({ [one.keyId]: 14, [other.keyId]: 32 });
    expect((await usage("agent")).data.map((row) => [row.key, row.label, row.agent_ms])).toEqual([[one.agentId, "Agent", 46]]);
    for (const group of ["day", "hour", "key", "agent", "meter"] as const) expect((await usage(group)).total.agent_ms, group).toBe(46);
  });

  test("of another workspace is none", async () => {
    const [one, other] = [await makeWorkspace(), await makeWorkspace()];
    await insert(owner(), one, 9);
    await projected(one, 9);
    expect((await getUsage(other.tenantId, { start: new Date(0) }, { group_by: "day" })).data).toEqual([]);
  });
});
