/**
 * `npm run bench:invoices`: random lives of 1,000 subscribers over three periods at the Stripe sandbox, the months passing by
 * travelling back in time: use around the quotas, changes of plan, overage on and off, corrections before and after an invoice is closed.
 * Prints, by period, what the invoices come to and what the ledger does, and fails when a single subscriber differs by a cent. About
 * ten minutes. `--tenants=50` for fewer.
 */
import { parseArgs } from "node:util";
import Stripe from "stripe";
import { agrees, beginLife, livePeriod, readPeriods, type BilledPeriod, type Life, type World } from "@/e2e/fixtures/billed-life";
import { useSandbox } from "@/e2e/fixtures/billing";
import { makeUser } from "@/e2e/fixtures/session";
import { closePools } from "@/e2e/fixtures/workspace";
import { listen } from "@/local/serve";
import { createStripeSandbox } from "@/local/stripe/server";
import { KEY, makeCatalogue } from "@/local/stripe/test-sandbox";
import { startTestStack } from "@/scripts/test/stack";
import { random } from "./random";

const PERIODS = 3;
const AT_ONCE = 6;
const { values } = parseArgs({ options: { tenants: { type: "string", default: "1000" }, seed: { type: "string", default: "1" } } });
const tenants = Number(values.tenants);

const startedAt = performance.now();
const say = (text: string): void => console.log(`${((performance.now() - startedAt) / 1000).toFixed(0).padStart(4)} s  ${text}`);
const money = (cents: number): string => (cents / 100).toLocaleString("en-US", { style: "currency", currency: "USD" });

say("starting a database and a sandbox");
const stack = await startTestStack();
let url = "";
// It keeps its own clock for each customer, and tells nobody: this process asks.
const sandbox = createStripeSandbox({ url: () => url, secretKey: KEY, webhook: null, file: null });
try {
  const { port } = await listen(sandbox.server, 0, "127.0.0.1");
  url = `http://127.0.0.1:${port}`;
  // Before anything of the application reads its environment.
  Object.assign(process.env, stack.env, { LOG_LEVEL: "error", STINT_TEST_DATABASE_MIGRATE_URL: stack.env.DATABASE_MIGRATE_URL, STINT_TEST_DATABASE_URL: stack.env.DATABASE_URL });
  useSandbox(url, KEY);
  const stripe = new Stripe(KEY, { host: "127.0.0.1", port, protocol: "http", telemetry: false });
  const world: World = { stripe, prices: await makeCatalogue(stripe), staff: await makeUser(null, { isStaff: true }) };
  const { sendCredits } = await import("@/lib/billing/meter/credits");

  say(`${tenants} subscribers, ${PERIODS} periods each`);
  const lives: Life[] = [];
  let seed = Number(values.seed) * 1_000_000;
  await inTurns(Array.from({ length: tenants }, () => seed++), async (own) => {
    const life = await beginLife(world, random(own));
    for (let period = 1; period <= PERIODS; period++) await livePeriod(life, world, period < PERIODS);
    lives.push(life);
    if (lives.length % 100 === 0) say(`${lives.length} have lived`);
  });
  while ((await sendCredits()) > 0);

  say("comparing");
  const seen = await Promise.all(lives.map(async (life) => ({ life, periods: await readPeriods(life, world) })));
  const differing = seen.filter(({ periods }) => periods.length !== PERIODS || !periods.every(agrees) || sum(periods, (one) => one.invoice - one.credits) !== sum(periods, (one) => one.ledger));
  printTable(seen.map(({ periods }) => periods));
  for (const { life, periods } of differing.slice(0, 20)) console.error(life.tenantId, JSON.stringify(periods));
  say(`subscribers whose invoices differ from their ledger: ${differing.length} of ${lives.length}`);
  if (differing.length > 0 || lives.length !== tenants) process.exitCode = 1;
} finally {
  await (await import("@/lib/platform/db")).closeDb();
  await closePools();
  sandbox.close();
  sandbox.server.closeAllConnections();
  sandbox.server.close();
  await stack.stop();
}

/** Late use is on the invoice after the one of its period; credits lower a later one. What remains is the ledger's. */
function printTable(all: BilledPeriod[][]): void {
  console.log("\n| period | invoices' usage | late, on a later one | late, of an earlier one | given back | leaves | ledger |\n| --- | ---: | ---: | ---: | ---: | ---: | ---: |");
  const row = (name: string, periods: BilledPeriod[]): void => {
    const [invoice, out, late, credits, ledger] = [(one: BilledPeriod) => one.invoice, (one: BilledPeriod) => one.lateOut, (one: BilledPeriod) => one.lateIn, (one: BilledPeriod) => one.credits, (one: BilledPeriod) => one.ledger].map((of) => sum(periods, of));
    console.log(`| ${name} | ${[invoice, out, late, credits, (invoice ?? 0) + (out ?? 0) - (late ?? 0) - (credits ?? 0), ledger].map((cents) => money(cents ?? 0)).join(" | ")} |`);
  };
  for (let period = 0; period < PERIODS; period++) row(String(period + 1), all.flatMap((periods) => periods[period] ?? []));
  row("all", all.flat());
  console.log("");
}

function sum(periods: BilledPeriod[], of: (period: BilledPeriod) => number): number {
  return periods.reduce((total, one) => total + of(one), 0);
}

async function inTurns<T>(all: T[], work: (one: T) => Promise<void>): Promise<void> {
  const left = all.values();
  await Promise.all(Array.from({ length: AT_ONCE }, async () => {
    for (const one of left) await work(one);
  }));
}
// The queue's sender looks after its connection for as long as the process lives.
process.exit();
