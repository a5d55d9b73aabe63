/**
 * A process that handles an event is killed (SIGKILL) after the first message that it sends to PostgreSQL, Stripe or Redis, then after the
 * second, and so on, until one gets through. Each time the event is delivered again, to a process that lives: what stands here is
 * right, and nothing was told or recorded twice.
 */
import { fork, type ChildProcess } from "node:child_process";
import type Stripe from "stripe";
import { afterAll, beforeAll, expect, test } from "vitest";
import { makeCustomer, startStripe, type Customer, type TestStripe } from "@/e2e/fixtures/stripe";
import { DOINGS, forgetBilling, readBilling, type Doings } from "@/e2e/fixtures/stripe-lives";
import { owner } from "@/e2e/fixtures/workspace";
import { receiveEvent } from "@/lib/billing/events/dispatch";
import { readEvent } from "@/lib/billing/events/event";
import { closeDb } from "@/lib/platform/db";

/** Processes that are ready before they are needed: beginning one takes longer than all it then does. */
const SPARE = 4;
/** More messages than any handler sends. */
const MOST = 120;

let world: TestStripe;
const spare: Promise<ChildProcess>[] = [];
beforeAll(async () => {
  world = await startStripe();
});
afterAll(async () => {
  for (const child of await Promise.all(spare)) child.kill("SIGKILL");
  await world.close();
  await closeDb();
});

function begin(): Promise<ChildProcess> {
  return new Promise((resolve, reject) => {
    const child = fork("scripts/test/handle-event.ts", { execArgv: ["--import", "tsx"], stdio: ["ignore", "ignore", "inherit", "ipc"], env: { ...process.env, LOG_LEVEL: "silent" } });
    child.once("message", () => resolve(child));
    child.once("error", reject);
    child.once("exit", (code, signal) => reject(new Error(`it ended before it was ready: ${code ?? signal}`)));
  });
}

type Outcome = { killed: true } | { killed: false; said: unknown };

async function handleInChild(event: Stripe.Event, dieAt: number): Promise<Outcome> {
  while (spare.length < SPARE) spare.push(begin());
  const child = await spare.shift();
  if (!child) throw new Error("there is no process");
  return new Promise((resolve) => {
    let said: unknown = null;
    child.on("message", (message) => (said = message));
    child.once("exit", (_code, signal) => resolve(signal === "SIGKILL" ? { killed: true } : { killed: false, said }));
    child.send({ event, dieAt });
  });
}

const rows = async (text: string, one: Customer) => (await owner().query<Record<string, unknown>>(text, [one.tenantId])).rows;
/** What must be there once, however often the event came. */
async function told(one: Customer, since: string): Promise<unknown> {
  return {
    mails: await rows("SELECT key, kind, data FROM billing_mail WHERE tenant_id = $1 ORDER BY key", one),
    jobs: await rows("SELECT data ->> 'mailKey' AS key, count(*) FROM pgboss.job WHERE name = 'billing.tell' AND data ->> 'tenantId' = $1 GROUP BY 1 ORDER BY 1", one),
    audit: (await owner().query("SELECT action, target_id, before, after FROM audit_log WHERE tenant_id = $1 AND id > $2 ORDER BY action, target_id", [one.tenantId, since])).rows,
  };
}
async function forget(one: Customer): Promise<string> {
  await forgetBilling(one);
  await owner().query("DELETE FROM pgboss.job WHERE data ->> 'tenantId' = $1", [one.tenantId]);
  return String((await rows("SELECT coalesce(max(id), '') AS id FROM audit_log WHERE tenant_id = $1", one))[0]?.id);
}

type Step = Doings | "renew";
const CASES: [string, Step[]][] = [
  ["customer.subscription.updated", ["buyPro", "cancelLater"]],
  ["invoice.paid", ["buyPro"]],
  ["invoice.payment_failed", ["buyStarter", "badCard", "renew"]],
  ["charge.refunded", ["buyPro", "refundPart"]],
  ["charge.dispute.created", ["buyPro", "dispute"]],
];

async function live(one: Customer, step: Step): Promise<void> {
  if (step !== "renew") return DOINGS[step](world, one);
  await world.control("travel", { customer: one.customerId, months: 1 });
  await DOINGS.finalizeDraft(world, one);
}

test.each(CASES)("%s", { timeout: 600_000 }, async (type, life) => {
  const one = await makeCustomer(world);
  const before = world.eventCount();
  for (const step of life) await live(one, step);
  const event = world.eventsSince(before).findLast((each) => each.type === type);
  if (!event) throw new Error(`there was no ${type}`);
  // As it is when nothing goes wrong.
  let since = await forget(one);
  await receiveEvent(readEvent(event));
  const right = [await readBilling(one.tenantId), await told(one, since)];
  let kills = 0;
  for (let dieAt = 1; dieAt <= MOST; dieAt++) {
    since = await forget(one);
    const outcome = await handleInChild(event, dieAt);
    if (!outcome.killed) {
      expect(outcome.said).toMatchObject({ status: "handled" });
      break;
    }
    kills += 1;
    await receiveEvent(readEvent(event));
    expect([await readBilling(one.tenantId), await told(one, since)], `killed after ${dieAt} messages`).toEqual(right);
    expect(await rows("SELECT status, error FROM stripe_event WHERE tenant_id = $1", one)).toEqual([{ status: "handled", error: null }]);
  }
  // It was killed at many points, and one got through in the end.
  expect(kills).toBeGreaterThan(10);
  expect(kills).toBeLessThan(MOST);
});
