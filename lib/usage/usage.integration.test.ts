/** Days, hours and groups against a plain sum of the ledger, for random use around month ends, a leap day and changes of the clock. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { makeAgent, makeKey, makeWorkspace, owner, type Workspace } from "@/e2e/fixtures/workspace";
import { until } from "@/e2e/fixtures/until";
import { HOUR_MS } from "@/lib/core/time";
import { closeDb } from "@/lib/platform/db";
import { getUsageReport } from "@/lib/usage/report";
import { METERS, type Meter, type UsageDto } from "@/lib/usage/schema";
import { getUsage, getUsages, projectLedger } from "@/lib/usage/service";

afterAll(() => closeDb());

/** Use falls into these days: month ends, a leap day, and the two on which clocks in Europe and America change. */
const DAYS = ["2024-12-31", "2025-02-28", "2025-03-01", "2025-03-09", "2025-03-30", "2025-10-26", "2025-11-02", "2025-12-31", "2026-01-01", "2026-02-28", "2026-03-01", "2026-11-23"];
const ROWS = 400;
type Used = { at: number; meter: Meter; agent: string; key: string; quantity: number };

let one: Workspace;
let used: Used[];
const random = seeded(20_261_124);

beforeAll(async () => {
  one = await makeWorkspace();
  const agents = ["", one.agentId, (await makeAgent(one, "stint-extract-1")).id];
  const keys = ["", one.keyId, (await makeKey(one)).keyId];
  used = Array.from({ length: ROWS }, () => ({
    at: Date.parse(`${pick(DAYS)}T00:00:00Z`) + pick([0, 1, 23 * HOUR_MS, 24 * HOUR_MS - 1, Math.floor(random() * 24 * HOUR_MS)]),
    meter: pick(METERS), agent: pick(agents), key: pick(keys), quantity: 1 + Math.floor(random() * 1_000),
  }));
  await owner().query(
    `INSERT INTO ledger (tenant_id, period_start, meter, quantity, agent_id, api_key_id, occurred_at)
     SELECT $1, '2026-01-01', m, q, nullif(a, ''), nullif(k, ''), to_timestamp(t / 1000.0) FROM unnest($2::text[], $3::bigint[], $4::text[], $5::text[], $6::float8[]) AS u (m, q, a, k, t)`,
    [one.tenantId, used.map((u) => u.meter), used.map((u) => u.quantity), used.map((u) => u.agent), used.map((u) => u.key), used.map((u) => u.at)],
  );
  await until(async () => {
    await projectLedger();
    const { rows } = await owner().query<{ sum: number }>("SELECT coalesce(sum(quantity), 0)::bigint AS sum FROM usage_hourly WHERE tenant_id = $1", [one.tenantId]);
    return rows[0]?.sum;
  }, (sum) => sum === used.reduce((total, { quantity }) => total + quantity, 0));
});

/** The ledger's hours that a range touches, summed by hand. */
function expected(from: Date, to: Date, keyOf: (u: Used) => string): Record<string, Partial<Record<Meter, number>>> {
  const groups: Record<string, Partial<Record<Meter, number>>> = {};
  for (const u of used) {
    const hour = Math.floor(u.at / HOUR_MS) * HOUR_MS;
    if (hour + HOUR_MS <= from.getTime() || hour >= to.getTime()) continue;
    const group = (groups[keyOf(u)] ??= {});
    group[u.meter] = (group[u.meter] ?? 0) + u.quantity;
  }
  return groups;
}

const seen = ({ data }: UsageDto) => Object.fromEntries(data.map((row) => [row.key, Object.fromEntries(METERS.filter((meter) => row[meter] !== 0).map((meter) => [meter, row[meter]]))]));
const KEYS: Record<"meter" | "agent" | "key" | "day", (u: Used) => string> = {
  meter: (u) => u.meter, agent: (u) => u.agent, key: (u) => u.key, day: (u) => new Date(u.at).toISOString().slice(0, 10),
};

test("every grouping of every range is the sum of the ledger's hours in it", async () => {
  for (let round = 0; round < 40; round++) {
    const bounds = [randomInstant(), randomInstant()].sort((a, b) => a.getTime() - b.getTime());
    const [from = new Date(0), to = new Date()] = bounds;
    if (from.getTime() === to.getTime()) continue;
    for (const [group_by, keyOf] of Object.entries(KEYS)) {
      const usage = await getUsage(one.tenantId, { start: from }, { from: from.toISOString(), to: to.toISOString(), group_by: group_by as keyof typeof KEYS });
      expect(seen(usage), `${group_by} from ${from.toISOString()} to ${to.toISOString()}`).toEqual(expected(from, to, keyOf));
    }
  }
});

test("hours agree with the day they are in", async () => {
  for (const day of DAYS) {
    const from = new Date(`${day}T00:00:00Z`);
    const query = { from: from.toISOString(), to: new Date(from.getTime() + 24 * HOUR_MS).toISOString() };
    const [hours, days] = await getUsages(one.tenantId, { start: from }, [{ ...query, group_by: "hour" }, { ...query, group_by: "day" }]);
    expect(hours?.total).toEqual(days?.total);
    expect(seen(hours ?? never())).toEqual(expected(from, new Date(query.to), (u) => new Date(Math.floor(u.at / HOUR_MS) * HOUR_MS).toISOString().replace(".000Z", "Z")));
  }
});

test("one meter alone is that meter of all", async () => {
  const query = { from: "2025-01-01T00:00:00Z", to: "2026-06-01T12:30:00Z", group_by: "key" as const };
  const [all, tokens] = await getUsages(one.tenantId, { start: new Date() }, [query, { ...query, meters: ["input_tokens", "output_tokens"] }]);
  expect(tokens?.total).toEqual({ ...all?.total, agent_ms: 0, api_calls: 0, model_micros: 0 });
  expect(tokens?.total.input_tokens).toBeGreaterThan(0);
});

describe("the page's months", () => {
  test.each(["UTC", "Europe/Berlin", "America/New_York", "Pacific/Kiritimati"])("are UTC's for a reader in %s, and add up to the days", async (zone) => {
    const before = process.env.TZ;
    process.env.TZ = zone;
    try {
      const now = new Date("2026-11-23T22:30:00Z");
      const view = { range: "year", meter: "minutes", by: "agent", chart: "each" } as const;
      const report = await getUsageReport(one.tenantId, { start: new Date("2026-11-01T00:00:00Z"), end: new Date("2026-12-01T00:00:00Z") }, view, now);
      const months = expected(new Date("2025-12-01T00:00:00Z"), now, (u) => new Date(u.at).toISOString().slice(0, 7));
      expect(Object.fromEntries(report.bars.filter(({ value }) => value > 0).map(({ date, value }) => [date, value]))).toEqual(Object.fromEntries(Object.entries(months).filter(([, sums]) => sums.agent_ms).map(([month, sums]) => [month, sums.agent_ms])));
      expect(report.bars.map(({ date }) => date)).toHaveLength(12);
      expect(report.total).toBe(report.bars.reduce((sum, { value }) => sum + value, 0));
      expect(report.before).toBe(expected(new Date("2024-12-01T00:00:00Z"), new Date("2025-11-23T22:30:00Z"), () => "all").all?.agent_ms ?? 0);
      expect(report.groups.reduce((sum, row) => sum + row.agent_ms, 0)).toBe(report.total);
    } finally {
      if (before === undefined) delete process.env.TZ;
      else process.env.TZ = before;
    }
  });

  test("the period before is the one of the workspace's own months", async () => {
    const anchored = await makeWorkspace({}, { anchor: new Date("2025-01-31T10:00:00Z") });
    await owner().query("INSERT INTO usage_hourly (tenant_id, hour, meter, quantity) VALUES ($1, '2026-01-31T10:00:00Z', 'agent_ms', 5), ($1, '2026-01-31T09:00:00Z', 'agent_ms', 7), ($1, '2026-02-28T10:00:00Z', 'agent_ms', 11)", [anchored.tenantId]);
    const view = { range: "period", meter: "minutes", by: "agent", chart: "each" } as const;
    // An anchor on the 31st: the period from 28 February follows the one from 31 January.
    const report = await getUsageReport(anchored.tenantId, { start: new Date("2026-02-28T10:00:00Z"), end: new Date("2026-03-31T10:00:00Z") }, view, new Date("2026-02-28T12:00:00Z"));
    expect([report.before, report.total]).toEqual([5, 11]);
  });
});

function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

function pick<T>(from: readonly T[]): T {
  const picked = from[Math.floor(random() * from.length)];
  return picked ?? never();
}

/** Near the days with use, in the middle of an hour, or on a border of one. */
function randomInstant(): Date {
  return new Date(Date.parse(`${pick(DAYS)}T00:00:00Z`) + pick([-1, 0, 1, 24]) * HOUR_MS + pick([0, 1, Math.floor(random() * 24 * HOUR_MS)]));
}

function never(): never {
  throw new Error("there is always one");
}
