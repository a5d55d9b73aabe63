/** What is charged past the quota, against the real database: decided where usage is settled, and never more than the owner allowed. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { makeUser } from "@/e2e/fixtures/session";
import { useSpend, useTime } from "@/e2e/fixtures/settle";
import { endLeftoverRuns, makeWorkspace, owner, type Limits, type Workspace } from "@/e2e/fixtures/workspace";
import { newId } from "@/lib/core/ids";
import { MINUTE_MS } from "@/lib/core/time";
import { closeDb, withTenant } from "@/lib/platform/db";
import { setEntitlement } from "@/lib/billing/repo";
import { lockTenant } from "@/lib/tenants/service";

let staff: string;
beforeAll(async () => {
  await endLeftoverRuns();
  staff = await makeUser(null, { isStaff: true });
});
afterAll(async () => {
  await endLeftoverRuns();
  await closeDb();
});

const PRICE = 50_000;
const sql = (text: string, values: unknown[] = []) => owner().query<Record<string, unknown>>(text, values);

async function sold(limits: Limits = {}, limitMicros = 1_000_000_000, anchor?: Date): Promise<Workspace> {
  const one = await makeWorkspace({ minutesMs: 10 * MINUTE_MS, spendMicros: 1_000_000, overageMicrosPerMinute: PRICE, ...limits }, anchor ? { anchor } : {});
  await overage(one, true, limitMicros);
  return one;
}
const overage = (one: Workspace, on: boolean, limitMicros = 1_000_000_000) => sql("UPDATE tenant SET overage_enabled = $2, spend_limit_micros = $3 WHERE id = $1", [one.tenantId, on, limitMicros]);
const plan = (one: Workspace, set: string) => sql(`UPDATE plan SET ${set} WHERE id = $1`, [one.planId]);
const adjust = async (one: Workspace, meter: string, quantity: number): Promise<number | null> => {
  const { rows } = await owner().query<{ id: number | null }>("SELECT staff_adjust_usage($1, $2, (SELECT max(period_start) FROM usage_counter WHERE tenant_id = $2), $3, $4, 'test', '', '') AS id", [staff, one.tenantId, meter, quantity]);
  return rows[0]?.id ?? null;
};

type Charged = { ms: number; units: number; micros: number };
const counted = async (one: Workspace): Promise<Charged> => {
  const { rows } = await owner().query<Charged>("SELECT sum(overage_ms)::bigint AS ms, sum(overage_units)::bigint AS units, sum(overage_micros)::bigint AS micros FROM usage_counter WHERE tenant_id = $1", [one.tenantId]);
  return rows[0] ?? { ms: 0, units: 0, micros: 0 };
};
const booked = async (one: Workspace): Promise<Charged> => {
  const { rows } = await owner().query<Charged>(
    `SELECT coalesce(sum(overage) FILTER (WHERE meter = 'agent_ms'), 0)::bigint AS ms, coalesce(sum(overage * overage_price), 0)::bigint AS units, coalesce(sum(overage) FILTER (WHERE meter = 'model_micros'), 0)::bigint AS micros
     FROM ledger WHERE tenant_id = $1`, [one.tenantId]);
  return rows[0] ?? { ms: 0, units: 0, micros: 0 };
};
/** What both say; they have to say the same. */
const charged = async (one: Workspace): Promise<Charged> => {
  const [counter, ledger] = [await counted(one), await booked(one)];
  expect(ledger).toEqual(counter);
  return counter;
};

describe("minutes", () => {
  test("up to the quota cost nothing, and past it only what is past it, to the millisecond", async () => {
    const one = await sold();
    await useTime(one, 10 * MINUTE_MS - 1);
    await useTime(one, 1);
    expect(await charged(one)).toEqual({ ms: 0, units: 0, micros: 0 });
    await useTime(one, 1);
    expect(await charged(one)).toEqual({ ms: 1, units: PRICE, micros: 0 });
    await useTime(one, 4_999);
    expect(await charged(one)).toEqual({ ms: 5_000, units: 5_000 * PRICE, micros: 0 });
  });

  test("that cross the quota are charged for the part beyond it", async () => {
    const one = await sold();
    await useTime(one, 11 * MINUTE_MS);
    const { rows } = await sql("SELECT quantity, overage, overage_price FROM ledger WHERE tenant_id = $1", [one.tenantId]);
    expect(rows).toEqual([{ quantity: 11 * MINUTE_MS, overage: MINUTE_MS, overage_price: PRICE }]);
  });

  test("that the platform lost are not charged", async () => {
    const one = await sold();
    await useTime(one, 10 * MINUTE_MS);
    await useTime(one, MINUTE_MS, false);
    await useSpend(one, 2_000_000, false);
    expect(await charged(one)).toEqual({ ms: 0, units: 0, micros: 0 });
  });

  test("stay charged after an upgrade, and the new quota begins at what was used", async () => {
    const one = await sold();
    await useTime(one, 12 * MINUTE_MS);
    await plan(one, `minutes_ms = ${20 * MINUTE_MS}`);
    await useTime(one, 8 * MINUTE_MS);
    expect((await charged(one)).ms).toBe(2 * MINUTE_MS);
    await useTime(one, MINUTE_MS);
    expect((await charged(one)).ms).toBe(3 * MINUTE_MS);
  });

  test("past a quota that was lowered are charged from there on, not for what lay between", async () => {
    const one = await sold();
    await useTime(one, 8 * MINUTE_MS);
    await plan(one, `minutes_ms = ${5 * MINUTE_MS}`);
    await useTime(one, MINUTE_MS);
    expect((await charged(one)).ms).toBe(MINUTE_MS);
  });

  test("cost what they cost when they were used", async () => {
    const one = await sold();
    await useTime(one, 11 * MINUTE_MS);
    await plan(one, "overage_micros_per_minute = 70000");
    await useTime(one, MINUTE_MS);
    expect(await charged(one)).toEqual({ ms: 2 * MINUTE_MS, units: MINUTE_MS * (PRICE + 70_000), micros: 0 });
  });

  test("are not charged while overage is off, in trial, or past due at the Free limits", async () => {
    const one = await sold();
    await useTime(one, 10 * MINUTE_MS);
    await overage(one, false);
    await useTime(one, MINUTE_MS);
    await overage(one, true);
    await sql("UPDATE tenant SET trial_ends_at = now() + interval '1 day' WHERE id = $1", [one.tenantId]);
    await useTime(one, MINUTE_MS);
    await sql("UPDATE tenant SET trial_ends_at = NULL, plan_id = 'free' WHERE id = $1", [one.tenantId]);
    await useTime(one, MINUTE_MS);
    await useSpend(one, 2_000_000);
    expect(await charged(one)).toEqual({ ms: 0, units: 0, micros: 0 });
    await sql("UPDATE tenant SET plan_id = $2 WHERE id = $1", [one.tenantId, one.planId]);
    await useTime(one, 1_000);
    expect((await charged(one)).ms).toBe(1_000);
  });
});

test("model spend past its quota is charged at list price", async () => {
  const one = await sold();
  await useSpend(one, 900_000);
  await useSpend(one, 300_000);
  expect(await charged(one)).toEqual({ ms: 0, units: 0, micros: 200_000 });
  const { rows } = await sql("SELECT overage, overage_price FROM ledger WHERE tenant_id = $1 AND overage > 0", [one.tenantId]);
  expect(rows).toEqual([{ overage: 200_000, overage_price: null }]);
});

describe("the spend limit", () => {
  test("is never passed by what is charged, whatever was leased before it was lowered", async () => {
    const one = await sold({}, 100_000);
    await useTime(one, 11 * MINUTE_MS);
    await useSpend(one, 1_040_000);
    await useTime(one, MINUTE_MS);
    await useSpend(one, 100_000);
    const { units, micros } = await charged(one);
    expect(units / 60_000 + micros).toBe(100_000);
    await overage(one, true, 50_000);
    await useTime(one, MINUTE_MS);
    await useSpend(one, 5);
    expect(await charged(one)).toMatchObject({ units, micros });
  });

  test("counts what was charged before an upgrade: the caps give no more than the bill has left", async () => {
    const one = await sold({}, 200_000);
    await useTime(one, 12 * MINUTE_MS);
    expect(await free(one)).toEqual({ ms: 2 * MINUTE_MS, micros: 1_000_000 + 100_000 });
    await plan(one, `minutes_ms = ${100 * MINUTE_MS}`);
    expect(await free(one)).toEqual({ ms: 88 * MINUTE_MS + 2 * MINUTE_MS, micros: 1_000_000 + 100_000 });
    // What the API tells of it is the same.
    const { rows } = await sql("SELECT cap_ms, cap_micros FROM admit(ARRAY[$1], ARRAY[NULL], ARRAY[NULL::int], ARRAY[NULL], ARRAY[0], ARRAY[NULL], ARRAY[NULL])", [one.keyHash]);
    expect(rows).toEqual([{ cap_ms: 102 * MINUTE_MS, cap_micros: 1_100_000 }]);
  });

  const free = async (one: Workspace) => (await sql("SELECT free_tenant_ms(c) AS ms, free_tenant_micros(c) AS micros FROM usage_counter c WHERE tenant_id = $1", [one.tenantId])).rows[0];
});

describe("a correction", () => {
  test("downwards takes back overage first", async () => {
    const one = await sold();
    await useTime(one, 13 * MINUTE_MS);
    await adjust(one, "agent_ms", -2 * MINUTE_MS);
    expect(await charged(one)).toMatchObject({ ms: MINUTE_MS, units: MINUTE_MS * PRICE });
    await adjust(one, "agent_ms", -2 * MINUTE_MS);
    expect(await charged(one)).toMatchObject({ ms: 0, units: 0 });
    await useSpend(one, 1_500_000);
    await adjust(one, "model_micros", -700_000);
    expect(await charged(one)).toEqual({ ms: 0, units: 0, micros: 0 });
  });

  test("takes back at the average price, exact in units, in two rows where the price is not whole", async () => {
    const one = await sold();
    await useTime(one, 10 * MINUTE_MS + 3);
    await plan(one, "overage_micros_per_minute = 70003");
    await useTime(one, 4);
    const id = await adjust(one, "agent_ms", -5);
    const units = 3 * PRICE + 4 * 70_003;
    const back = Math.floor((units * 5) / 7);
    expect(await charged(one)).toMatchObject({ ms: 2, units: units - back });
    const { rows } = await sql("SELECT id, quantity, overage, overage_price FROM ledger WHERE tenant_id = $1 AND adjusted_by IS NOT NULL ORDER BY id", [one.tenantId]);
    expect(rows[0]).toMatchObject({ id });
    expect(rows.map((row) => [row.quantity, row.overage, row.overage_price])).toEqual([[-4, -4, 61_430], [-1, -1, 61_431]]);
    expect(4 * 61_430 + 61_431).toBe(back);
    await adjust(one, "agent_ms", -MINUTE_MS);
    expect(await charged(one)).toMatchObject({ ms: 0, units: 0 });
    expect((await sql("SELECT used_ms FROM usage_counter WHERE tenant_id = $1", [one.tenantId])).rows).toEqual([{ used_ms: 9 * MINUTE_MS + 2 }]);
  });

  test("upwards is charged as use is", async () => {
    const one = await sold();
    await useTime(one, 9 * MINUTE_MS);
    await adjust(one, "agent_ms", 3 * MINUTE_MS);
    await adjust(one, "model_micros", 1_250_000);
    await adjust(one, "api_calls", 3);
    expect(await charged(one)).toEqual({ ms: 2 * MINUTE_MS, units: 2 * MINUTE_MS * PRICE, micros: 250_000 });
  });

  test("of what was reported is given back in whole cents, once", async () => {
    const one = await sold();
    await useTime(one, 11 * MINUTE_MS);
    await sql("INSERT INTO meter_report (tenant_id, id, period_start, from_micros, to_micros, customer_id, event_at, sent_at) SELECT tenant_id, $2, period_start, 0, 50000, 'cus_1', now(), now() FROM usage_counter WHERE tenant_id = $1", [one.tenantId, newId("mtr")]);
    await useTime(one, MINUTE_MS);
    // Not reported yet: nothing to give back.
    await adjust(one, "agent_ms", -MINUTE_MS);
    expect(await credits(one)).toEqual([]);
    // 4.5 cents are left of 5, and both are 5 on an invoice.
    await adjust(one, "agent_ms", -6_000);
    expect(await credits(one)).toEqual([]);
    const second = await adjust(one, "agent_ms", -12_000);
    expect(await credits(one)).toEqual([{ key: `ledger:${second}`, micros: 15_000, cents: 1 }]);
    const third = await adjust(one, "agent_ms", -42_000);
    expect(await credits(one)).toEqual([{ key: `ledger:${second}`, micros: 15_000, cents: 1 }, { key: `ledger:${third}`, micros: 40_000, cents: 4 }]);
  });

  const credits = async (one: Workspace) => (await sql("SELECT key, micros, cents FROM billing_credit WHERE tenant_id = $1 ORDER BY id", [one.tenantId])).rows;
});

describe("a period whose anchor changes", () => {
  const anchorAt = (one: Workspace, anchorAt: Date | null) => withTenant(one.tenantId, (tx) => setEntitlement(tx, one.tenantId, { planId: "pro", anchorAt, trialEndsAt: null }));
  const periods = async (one: Workspace) => (await sql("SELECT used_ms, period_start, period_end, period_end <= now() AS closed FROM usage_counter WHERE tenant_id = $1 ORDER BY period_start", [one.tenantId])).rows;

  test("ends with the change, and what is settled later is booked before its end", async () => {
    const one = await sold();
    await useTime(one, 1_000);
    const { rows: [run] } = await sql("SELECT period_end FROM usage_counter WHERE tenant_id = $1", [one.tenantId]);
    const anchor = new Date(Math.floor(Date.now() / 1_000) * 1_000);
    await anchorAt(one, anchor);
    await useTime(one, 500);
    const [before, after] = await periods(one);
    expect([before?.used_ms, before?.closed, after?.used_ms, after?.period_start, after?.closed]).toEqual([1_000, true, 500, anchor, false]);
    expect(before?.period_end).not.toEqual(run?.period_end);
    // A lease of the period before that is still out.
    await sql("UPDATE run SET status = 'running', lease_ms = 7, lease_period_start = $2 WHERE id = (SELECT min(id) FROM run WHERE tenant_id = $1)", [one.tenantId, before?.period_start]);
    await sql("UPDATE usage_counter SET leased_ms = 7 WHERE tenant_id = $1 AND period_start = $2", [one.tenantId, before?.period_start]);
    await sql("UPDATE key_counter SET leased_ms = 7 WHERE tenant_id = $1 AND period_start = $2", [one.tenantId, before?.period_start]);
    await sql("SELECT settle_time(r, 7, true) FROM run r WHERE tenant_id = $1 AND lease_ms = 7", [one.tenantId]);
    const { rows } = await sql("SELECT count(*) AS outside FROM ledger l JOIN usage_counter c USING (tenant_id, period_start) WHERE tenant_id = $1 AND (l.occurred_at >= c.period_end OR l.occurred_at < c.period_start - interval '1 second')", [one.tenantId]);
    expect(rows).toEqual([{ outside: 0 }]);
    expect((await periods(one))[0]).toMatchObject({ used_ms: 1_007 });
  });

  test("goes on when the anchor comes back, where it stopped", async () => {
    const one = await sold();
    await useTime(one, 1_000);
    const [whole] = await periods(one);
    await anchorAt(one, new Date(Date.now() - 60_000));
    await useTime(one, 300);
    await anchorAt(one, null);
    await useTime(one, 200);
    const [calendar, subscribed] = await periods(one);
    expect([calendar?.used_ms, calendar?.period_end, subscribed?.used_ms, subscribed?.closed]).toEqual([1_200, whole?.period_end, 300, true]);
  });

  test("that began before is left alone", async () => {
    const one = await sold({}, 0, new Date(Date.now() - 40 * 86_400_000));
    await sql("INSERT INTO usage_counter (tenant_id, period_start) SELECT id, period_anchor_at FROM tenant WHERE id = $1", [one.tenantId]);
    const [old] = await periods(one);
    await useTime(one, 5);
    await anchorAt(one, new Date());
    expect((await periods(one))[0]).toEqual(old);
  });
});

test("anchors that change while runs settle, calls are counted, corrections and reports are made: nobody waits in a circle, and nothing is lost", async () => {
  const one = await sold({ minutesMs: 1_000 });
  await sql("INSERT INTO billing_account (tenant_id, customer_id) VALUES ($1, $2)", [one.tenantId, `cus_${one.tenantId}`]);
  const report = async () => {
    const { rows } = await owner().query<{ start: Date }>("SELECT period_start AS start FROM usage_counter WHERE tenant_id = $1", [one.tenantId]);
    for (const { start } of rows) await withTenant(one.tenantId, (tx) => tx.$queryRaw`SELECT open_meter_report(${one.tenantId}, ${start}::timestamptz, now(), false, ${`cus_${one.tenantId}`})`);
  };
  const change = (round: number) => withTenant(one.tenantId, async (tx) => {
    await lockTenant(tx, one.tenantId);
    await setEntitlement(tx, one.tenantId, { planId: "starter", anchorAt: round % 3 === 0 ? null : new Date(Date.now() - round * 1_000), trialEndsAt: null });
  });
  const admit = () => sql("SELECT granted FROM admit(ARRAY[$1], ARRAY[NULL], ARRAY[NULL::int], ARRAY[NULL], ARRAY[1], ARRAY[NULL], ARRAY[NULL])", [one.keyHash]);
  for (let round = 0; round < 12; round++) {
    await Promise.all([useTime(one, 700), useTime(one, 300), useSpend(one, 10), admit(), admit(), change(round), report(), adjust(one, "agent_ms", 5), useTime(one, 11)]);
  }
  const { rows } = await sql("SELECT sum(used_ms)::bigint AS ms, sum(used_micros)::bigint AS micros, sum(calls)::bigint AS calls FROM usage_counter WHERE tenant_id = $1", [one.tenantId]);
  // A correction falls out when there is no counter yet.
  expect(rows[0]).toMatchObject({ micros: 120, calls: 24 });
  expect(Number(rows[0]?.ms)).toBeGreaterThanOrEqual(12 * 1_011);
  await charged(one);
  const { rows: differences } = await sql("SELECT * FROM reconcile_tenant($1) WHERE check_name IN ('counter', 'key_counter', 'overage', 'lease', 'key_lease', 'run', 'report_gap', 'report_beyond')", [one.tenantId]);
  expect(differences).toEqual([]);
});
