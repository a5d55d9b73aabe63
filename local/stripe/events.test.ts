/** Events: what they say, how they are signed, and how they arrive. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { makeCatalogue, makePayingCustomer, startSandbox, until, WEBHOOK_SECRET, type TestSandbox } from "./test-sandbox";

let worlds: TestSandbox[] = [];
afterEach(async () => {
  for (const world of worlds) await world.close();
  worlds = [];
});

async function start(options: { file?: string } = {}): Promise<TestSandbox> {
  const world = await startSandbox(options);
  worlds.push(world);
  return world;
}

interface Deliveries {
  deliveries: { event: string; type: string; status: string; attempts: number }[];
}
const forever = (world: TestSandbox, id: string) => world.received.filter(({ event }) => event.id === id).length;
const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

test("are signed as Stripe signs", async () => {
  const world = await start();
  await world.stripe.customers.create({ name: "Ada" });
  const { body, signature } = await until(() => world.received[0]);
  const event = world.stripe.webhooks.constructEvent(body, signature, WEBHOOK_SECRET);
  expect([event.type, event.api_version, event.livemode, event.data.object.object]).toEqual(["customer.created", "2026-10-28.endive", false, "customer"]);
  expect(event.request?.id).toMatch(/^req_/);
  expect(() => world.stripe.webhooks.constructEvent(body, signature, "whsec_other")).toThrow();
  expect(() => world.stripe.webhooks.constructEvent(body.replace("Ada", "Eve"), signature, WEBHOOK_SECRET)).toThrow();
});

test("of a call that failed are none", async () => {
  const world = await start();
  await world.stripe.customers.create({ email: "a@test.example", payment_method: "pm_card_visa_chargeDeclined" }).catch(() => undefined);
  expect((await world.stripe.events.list()).data).toEqual([]);
  expect((await world.stripe.customers.list()).data).toEqual([]);
});

test("come again until they are taken, and can be retrieved", async () => {
  const world = await start();
  world.answerWith(500);
  await world.stripe.customers.create();
  const { event } = await until(() => world.received[0]);
  expect((await world.stripe.events.retrieve(event.id)).pending_webhooks).toBe(1);
  world.answerWith(200);
  await until(() => world.received.length === 2);
  await wait(50);
  const { deliveries } = await world.control<Deliveries>("deliveries");
  expect(deliveries).toMatchObject([{ event: event.id, status: "delivered", attempts: 2 }]);
  expect((await world.stripe.events.retrieve(event.id)).pending_webhooks).toBe(0);
});

test("can be held, released, doubled, dropped, delayed, turned round and sent again", async () => {
  const world = await start();
  await world.control("faults", { hold: true });
  await world.stripe.customers.create();
  await wait(100);
  expect(world.received.length).toBe(0);
  expect((await world.control<Deliveries>("deliveries?status=held")).deliveries.length).toBe(1);
  await world.control("faults", { hold: false, duplicate: 2 });
  await until(() => world.received.length === 1);

  const second = await world.stripe.customers.create();
  await until(() => world.received.length === 4);
  expect(new Set(world.received.slice(1).map(({ event }) => event.id)).size).toBe(1);
  const id = world.received[1]?.event.id ?? "";
  expect((world.received[1]?.event.data.object as { id: string }).id).toBe(second.id);
  await world.control("redeliver", { event: id });
  await until(() => forever(world, id) === 4);

  await world.control("faults", { duplicate: 0, drop: 1 });
  await world.stripe.customers.create();
  await wait(200);
  expect(world.received.length).toBe(5);
  await until(() => world.received.length === 6);

  await world.control("faults", { delay_ms: 300 });
  await world.stripe.customers.create();
  await wait(100);
  expect(world.received.length).toBe(6);
  await until(() => world.received.length === 7);

  await world.control("faults", { delay_ms: 0, reorder: true });
  const customer = await makePayingCustomer(world.stripe);
  const prices = await makeCatalogue(world.stripe);
  await until(() => world.received.length >= 17);
  await world.stripe.subscriptions.create({ customer: customer.id, items: [{ price: prices.pro.id }] });
  const all = (await world.stripe.events.list({ limit: 100 })).data.length;
  await until(() => new Set(world.received.map(({ event }) => event.id)).size === all);
  const types = world.received.slice(17).map(({ event }) => event.type);
  expect([...types].sort()).toEqual(expect.arrayContaining(["customer.subscription.created", "invoice.created", "invoice.finalized", "invoice.paid", "payment_intent.succeeded"]));
});

test("go to the endpoints that were made through the API, of the types they asked for", async () => {
  const world = await start();
  const other = await start();
  const { url, secret } = { url: `${other.url}/nowhere`, secret: "" };
  const endpoint = await world.stripe.webhookEndpoints.create({ url, enabled_events: ["product.created"] });
  expect(endpoint.secret).toMatch(/^whsec_/);
  expect((await world.stripe.webhookEndpoints.retrieve(endpoint.id)).secret ?? secret).toBe("");
  await world.stripe.customers.create();
  await world.stripe.products.create({ name: "x" });
  const { deliveries } = await world.control<{ deliveries: { url: string; type: string }[] }>("deliveries");
  expect(deliveries.filter((row) => row.url === url).map((row) => row.type)).toEqual(["product.created"]);
  await world.stripe.webhookEndpoints.update(endpoint.id, { disabled: true });
  await world.stripe.products.create({ name: "y" });
  expect((await world.control<{ deliveries: { url: string }[] }>("deliveries")).deliveries.filter((row) => row.url === url).length).toBe(1);
});

test("and everything else outlive a restart", async () => {
  const folder = mkdtempSync(join(tmpdir(), "stint-stripe-"));
  try {
    const file = join(folder, "stripe/state.json");
    const before = await startSandbox({ file });
    before.answerWith(500);
    const prices = await makeCatalogue(before.stripe);
    const customer = await makePayingCustomer(before.stripe);
    const subscription = await before.stripe.subscriptions.create({ customer: customer.id, items: [{ price: prices.pro.id }, { price: prices.overage.id }] }, { idempotencyKey: "once" });
    await before.control("next_payment", { customer: customer.id, outcome: "fail" });
    await before.close();
    const world = await start({ file });
    const again = await world.stripe.subscriptions.create({ customer: customer.id, items: [{ price: prices.pro.id }, { price: prices.overage.id }] }, { idempotencyKey: "once" });
    expect(again.id).toBe(subscription.id);
    await world.control("travel", { customer: customer.id, months: 1, seconds: 3_600 });
    expect((await world.stripe.subscriptions.retrieve(subscription.id)).status).toBe("past_due");
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("of a change carry what was before", async () => {
  const world = await start();
  const prices = await makeCatalogue(world.stripe);
  const customer = await makePayingCustomer(world.stripe);
  const subscription = await world.stripe.subscriptions.create({ customer: customer.id, items: [{ price: prices.pro.id }] });
  await world.stripe.subscriptions.update(subscription.id, { cancel_at_period_end: true });
  const [event] = (await world.stripe.events.list({ type: "customer.subscription.updated" })).data;
  expect(event?.data.previous_attributes).toEqual({ cancel_at: null, cancel_at_period_end: false, canceled_at: null, cancellation_details: { reason: null } });
  await world.control("travel", { customer: customer.id, months: 1 });
  const [ended] = (await world.stripe.events.list({ type: "customer.subscription.deleted" })).data;
  const { items } = await world.stripe.subscriptions.retrieve(subscription.id);
  expect(ended?.created).toBe(items.data[0]?.current_period_end);
});

test("are all forgotten at a reset", async () => {
  const world = await start();
  await world.stripe.customers.create();
  await world.control("reset", {});
  expect((await world.stripe.customers.list()).data).toEqual([]);
  expect((await world.stripe.events.list()).data).toEqual([]);
});
