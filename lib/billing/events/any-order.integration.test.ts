/**
 * 200 random lives of a subscription, whose events come late, twice, in any order, several at once and while the life goes on. In
 * the end the same stands here as when each comes once and in order. `LIVES_SEED=… LIVES=…` repeats a failure.
 */
import { setTimeout as sleep } from "node:timers/promises";
import Stripe from "stripe";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { makeCustomer, startStripe, type Customer, type TestStripe } from "@/e2e/fixtures/stripe";
import { DOINGS, forgetBilling, readBilling, type Doings } from "@/e2e/fixtures/stripe-lives";
import { NO_ACCOUNT } from "@/lib/billing/account/state";
import { enforceStored } from "@/lib/billing/account/sync";
import { compareInvoices, compareSubscriptions, ownPicture, picture } from "@/lib/billing/comparison/compare";
import { fetchOne } from "@/lib/billing/comparison/fetch";
import { listInvoicesSince } from "@/lib/billing/comparison/repo";
import { receiveEvent } from "@/lib/billing/events/dispatch";
import { readEvent } from "@/lib/billing/events/event";
import { findAccount } from "@/lib/billing/repo";
import { DAY_MS, HOUR_MS } from "@/lib/core/time";
import { closeDb, withTenant } from "@/lib/platform/db";

const SEED = Number(process.env.LIVES_SEED ?? Math.floor(Math.random() * 1e9));
const LIVES = Number(process.env.LIVES ?? 200);
/** Lives that share a clock. */
const AT_ONCE = 20;
const STEPS = 6;

let world: TestStripe;
beforeAll(async () => {
  world = await startStripe();
  // The sandbox and the application live in this process, and time passes for both.
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() });
});
afterAll(async () => {
  vi.useRealTimers();
  await world.close();
  await closeDb();
});

type Random = () => number;
function randomOf(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
function shuffle<T>(list: T[], random: Random): T[] {
  const left = [...list];
  return list.map(() => left.splice(Math.floor(random() * left.length), 1)[0] as T);
}
const BEGINNINGS: Doings[] = ["buyStarter", "buyPro", "tryPro", "buyOnPage"];
const LATER = Object.keys(DOINGS).filter((name): name is Doings => name !== "deleteCustomer");
const LAST: Doings[] = ["cancelLater", "keep", "move", "goodCard"];
const WAITS = [0, HOUR_MS, 2 * HOUR_MS, DAY_MS, 3 * DAY_MS, 8 * DAY_MS, 15 * DAY_MS, 31 * DAY_MS];

type Life = { one: Customer; /** What happens, and how its events come: two, so that what happens is the same again whatever overtakes what. */ random: Random; mail: Random; underWay: Promise<void>[]; log: string[]; waiting: Stripe.Event[]; all: Stripe.Event[] };

/** What cannot be done now, Stripe refuses; and there may be nothing yet that it could be done to. */
async function step(life: Life, at: number, among = LATER): Promise<void> {
  const from = at === 0 || (life.random() < 0.1 && among === LATER) ? BEGINNINGS : among;
  const name = from[Math.floor(life.random() * from.length)] ?? "move";
  try {
    await DOINGS[name](world, life.one);
    life.log.push(name);
  } catch (error) {
    if (!(error instanceof Stripe.errors.StripeError) && !(error instanceof Error && /^(there is no|\{"error")/.test(error.message))) throw error;
    life.log.push(`${name} (refused)`);
  }
}

async function deliver(event: Stripe.Event): Promise<void> {
  await receiveEvent(readEvent(event));
}

/** As many as the application has connections for. */
let free = 8;
const queue: (() => void)[] = [];
async function inTurn(work: () => Promise<void>): Promise<void> {
  if (free === 0) await new Promise<void>((resolve) => queue.push(resolve));
  else free -= 1;
  try {
    await work();
  } finally {
    const next = queue.shift();
    if (next) next();
    else free += 1;
  }
}

/** Sends some of what waits, in any order and some of it twice; what is sent need not have arrived when more happens. */
function sendSome(life: Life, everything: boolean): void {
  const { mail: random } = life;
  const now = shuffle(life.waiting.splice(0), random).filter((event) => everything || random() < 0.6 || !life.waiting.push(event));
  const twice = [...now, ...now.filter(() => random() < 0.25)];
  life.underWay.push(...twice.map(async (event) => {
    await sleep(random() * 60);
    await inTurn(() => deliver(event));
  }));
}

function collect(lives: Life[], seen: number): number {
  for (const event of world.eventsSince(seen)) {
    const text = JSON.stringify(event.data.object);
    const life = lives.find(({ one, all }) => text.includes(one.customerId) || all.some((earlier) => isAbout(event, earlier)));
    life?.waiting.push(event);
    life?.all.push(event);
  }
  return world.eventCount();
}

/** A dispute names its charge, and the charge its customer. */
function isAbout(event: Stripe.Event, earlier: Stripe.Event): boolean {
  const { charge } = event.data.object as { charge?: unknown };
  return typeof charge === "string" && (earlier.data.object as { id?: string }).id === charge;
}

/** What stands here by now, beside what stands here when each event comes once and in order. */
async function compare({ one, all, log }: Life, number: number): Promise<void> {
  await enforceStored(one.tenantId);
  const chaos = await readBilling(one.tenantId);
  await forgetBilling(one);
  for (const event of all) await deliver(event);
  await enforceStored(one.tenantId);
  const lived = `LIVES_SEED=${SEED}, life ${number}: ${log.join(", ")}`;
  expect(chaos, lived).toEqual(await readBilling(one.tenantId));
  // And that is what Stripe has.
  const [account, invoices] = await withTenant(one.tenantId, async (tx) => [await findAccount(tx, one.tenantId), await listInvoicesSince(tx, one.tenantId, new Date(0))] as const);
  const theirs = await fetchOne(one.customerId, new Date(0));
  expect([...compareSubscriptions(picture(theirs.subscriptions), ownPicture(account?.state ?? NO_ACCOUNT)), ...compareInvoices(theirs.invoices, invoices)], lived).toEqual([]);
}

test(`events in any order end as events in order (LIVES_SEED=${SEED})`, { timeout: 1_800_000 }, async () => {
  let handled = 0;
  for (let first = 0; first < LIVES; first += AT_ONCE) {
    const clock = randomOf(SEED * 7 + first);
    const lives: Life[] = [];
    for (let at = first; at < Math.min(LIVES, first + AT_ONCE); at++) lives.push({ one: await makeCustomer(world), random: randomOf(SEED + at * 1_000_003), mail: randomOf(SEED + at * 1_000_003 + 1), underWay: [], log: [], waiting: [], all: [] });
    let seen = world.eventCount();
    // What was asked may be old by the time it comes.
    world.delayAnswers(() => (Math.random() < 0.25 ? sleep(Math.random() * 50) : null));
    for (let at = 0; at < STEPS; at++) {
      // While more happens, events of before are on their way: what was fetched for them may be old when it is written.
      await Promise.all(lives.map((life) => step(life, at)));
      seen = collect(lives, seen);
      for (const life of lives) sendSome(life, false);
      await Promise.all(lives.map((life) => step(life, at)));
      const wait = WAITS[Math.floor(clock() * WAITS.length)] ?? 0;
      vi.setSystemTime(Date.now() + wait);
      world.runDue();
      for (const life of lives) life.log.push(`wait ${wait / HOUR_MS} h`);
      seen = collect(lives, seen);
      for (const life of lives) sendSome(life, false);
      // So that what is under way does not become ever more.
      if (at % 3 === 2) await Promise.all(lives.flatMap(({ underWay }) => underWay.splice(0)));
    }
    // The last thing that happens is told of by one event, at once, while everything else is on its way.
    for (const life of lives) sendSome(life, true);
    for (const life of lives) {
      await step(life, STEPS, LAST);
      seen = collect(lives, seen);
      life.underWay.push(...life.waiting.splice(0).map(deliver));
    }
    await Promise.all(lives.flatMap(({ underWay }) => underWay));
    world.delayAnswers(null);
    await Promise.all(lives.map((life, at) => inTurn(() => compare(life, first + at))));
    handled += lives.reduce((sum, { all }) => sum + all.length, 0);
  }
  expect(handled).toBeGreaterThan(LIVES * 10);
});
