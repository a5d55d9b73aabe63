/** Random lives of subscribers over three periods: what the invoices have is what the ledger has, to the cent, in each of them. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { random } from "@/bench/random";
import { agrees, beginLife, livePeriod, readPeriods, type World } from "@/e2e/fixtures/billed-life";
import { useSandbox } from "@/e2e/fixtures/billing";
import { makeUser } from "@/e2e/fixtures/session";
import { endLeftoverRuns, owner } from "@/e2e/fixtures/workspace";
import { closeDb } from "@/lib/platform/db";
import { sendCredits } from "@/lib/billing/meter/credits";
import { KEY, makeCatalogue, startSandbox, type TestSandbox } from "@/local/stripe/test-sandbox";

const PERIODS = 3;
const TENANTS = 16;

let at: TestSandbox;
let world: World;
beforeAll(async () => {
  at = await startSandbox();
  useSandbox(at.url, KEY);
  world = { stripe: at.stripe, prices: await makeCatalogue(at.stripe), staff: await makeUser(null, { isStaff: true }) };
  await endLeftoverRuns();
});
afterAll(async () => {
  await endLeftoverRuns();
  await at.close();
  await closeDb();
});

for (let seed = 1; seed <= TENANTS; seed++) {
  test(`life ${seed}`, async () => {
    const life = await beginLife(world, random(seed));
    // What is late in the last period would be on an invoice that is not made yet.
    for (let period = 1; period <= PERIODS; period++) await livePeriod(life, world, period < PERIODS);
    await sendCredits();
    const periods = await readPeriods(life, world);
    expect(periods).toHaveLength(PERIODS);
    expect(periods.filter((period) => !agrees(period))).toEqual([]);
    const sum = (of: (period: (typeof periods)[number]) => number) => periods.reduce((total, period) => total + of(period), 0);
    expect(sum((period) => period.invoice - period.credits)).toBe(sum((period) => period.ledger));
    // What was credited here was credited there, and nothing else.
    const given = (await world.stripe.customers.listBalanceTransactions(life.customerId, { limit: 100 })).data.filter(({ type }) => type === "adjustment");
    const { rows } = await owner().query<{ cents: number }>("SELECT cents FROM billing_credit WHERE tenant_id = $1 ORDER BY cents", [life.tenantId]);
    expect(given.map(({ amount }) => -amount).sort((a, b) => a - b)).toEqual(rows.map(({ cents }) => cents));
    // Nothing is left that reconciliation would tell of, nor was more charged in a period than the highest limit allowed.
    const { rows: differences } = await owner().query("SELECT * FROM reconcile_tenant($1) WHERE check_name IN ('counter', 'overage', 'report_gap', 'report_beyond', 'overage_unbilled', 'hour', 'day', 'run')", [life.tenantId]);
    expect(differences).toEqual([]);
    for (const { ledgerMicros } of periods) expect(ledgerMicros).toBeLessThanOrEqual(400_000_000);
  });
}

test("of those lives some were charged, some late, and some given back", async () => {
  const { rows } = await owner().query<{ charged: number; late: number; credits: number }>(
    "SELECT (SELECT count(*) FROM usage_counter WHERE overage_units > 0) AS charged, (SELECT count(*) FROM meter_report WHERE late) AS late, (SELECT count(*) FROM billing_credit WHERE sent_at IS NOT NULL) AS credits");
  for (const count of Object.values(rows[0] ?? {})) expect(count).toBeGreaterThan(2);
});
