/** The door of Stripe's events: what it lets in, what it says, and what it writes down. */
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { makeCustomer, signedRequest, startStripe, subscribe, type Customer, type TestStripe } from "@/e2e/fixtures/stripe";
import { owner } from "@/e2e/fixtures/workspace";
import { GET, POST } from "@/app/api/stripe/webhook/route";
import { retryEvents } from "@/lib/billing/events/retry";
import { closeDb } from "@/lib/platform/db";

let world: TestStripe;
let one: Customer;

beforeAll(async () => {
  world = await startStripe();
});
beforeEach(async () => {
  one = await makeCustomer(world);
});
afterAll(async () => {
  await world.close();
  await closeDb();
});

const args = { params: Promise.resolve({}) };
const post = async (request: Request) => {
  const response = await POST(request, args);
  return { status: response.status, body: (await response.json()) as { received?: boolean; status?: string; error?: { code: string; param: string | null } }, headers: response.headers };
};
/** The newest event of a type that is about our customer. */
const newest = (type: string) => {
  const event = world.eventsSince(0).findLast((each) => each.type === type && JSON.stringify(each.data.object).includes(one.customerId));
  if (!event) throw new Error(`there was no ${type}`);
  return event;
};
const stored = async (id: string) => (await owner().query<Record<string, unknown>>("SELECT tenant_id, status, outcome, error, deliveries, attempts, payload FROM stripe_event WHERE id = $1", [id])).rows[0];
const planOf = async () => (await owner().query<{ plan_id: string }>("SELECT plan_id FROM tenant WHERE id = $1", [one.tenantId])).rows[0]?.plan_id;
const auditOf = async (action: string) => (await owner().query("SELECT 1 FROM audit_log WHERE tenant_id = $1 AND action = $2", [one.tenantId, action])).rowCount;

test("an event that Stripe signed is written down and handled, and a second delivery is only counted", async () => {
  await subscribe(world, one, "pro");
  const event = newest("customer.subscription.created");
  expect(await post(signedRequest(world, event))).toMatchObject({ status: 200, body: { received: true, status: "handled" } });
  expect(await planOf()).toBe("pro");
  expect(await stored(event.id)).toMatchObject({ tenant_id: one.tenantId, status: "handled", outcome: "The account was brought up to date.", error: null, deliveries: 1, attempts: 1, payload: event });
  expect(await post(signedRequest(world, event))).toMatchObject({ status: 200, body: { status: "handled" } });
  expect(await stored(event.id)).toMatchObject({ deliveries: 2, attempts: 1 });
  expect(await auditOf("subscription.subscribed")).toBe(1);
});

test.each([
  ["another secret", (event: object) => signedRequest(world, event, { secret: "whsec_somebody_elses" })],
  ["a signature of six minutes ago", (event: object) => signedRequest(world, event, { at: Math.floor(Date.now() / 1000) - 360 })],
  ["no signature", (event: object) => new Request("http://localhost/api/stripe/webhook", { method: "POST", body: JSON.stringify(event) })],
  ["another body", (event: object) => new Request("http://localhost/", { method: "POST", headers: signedRequest(world, event).headers, body: JSON.stringify({ ...event, id: "evt_forged" }) })],
  ["no event", () => signedRequest(world, { id: "evt_1", object: "v2.core.event", type: "x" })],
])("%s is 400 in the one shape, and nothing is written down", async (_what, make) => {
  await subscribe(world, one, "pro");
  const event = newest("customer.subscription.created");
  const answer = await post(make(event));
  expect(answer).toMatchObject({ status: 400, body: { error: { code: "bad_request", type: "invalid_request_error" } } });
  expect(answer.headers.get("x-request-id")).toMatch(/^req_/);
  expect([await stored(event.id), await stored("evt_forged"), await stored("evt_1")]).toEqual([undefined, undefined, undefined]);
  expect(await planOf()).toBe("free");
});

test("only POST, and no body that is larger than any event", async () => {
  const refused = await GET(new Request("http://localhost/api/stripe/webhook"), args);
  expect([refused.status, refused.headers.get("allow")]).toEqual([405, "POST"]);
  expect(await post(signedRequest(world, { id: "evt_large", pad: "x".repeat(1024 * 1024) }))).toMatchObject({ status: 413, body: { error: { code: "payload_too_large", message: "The body is larger than 1 MB." } } });
});

test("an event of a customer who is nobody's here is ignored, whatever it says of itself", async () => {
  const stranger = await world.stripe.customers.create({ email: "stranger@test.example", metadata: { tenant_id: one.tenantId } });
  await world.stripe.customers.update(stranger.id, { name: "Stranger", metadata: { tenant_id: one.tenantId } });
  const event = world.eventsSince(0).findLast(({ type }) => type === "customer.updated");
  if (!event) throw new Error("there was none");
  expect(await post(signedRequest(world, event))).toMatchObject({ status: 200, body: { status: "ignored" } });
  expect(await stored(event.id)).toMatchObject({ tenant_id: null, status: "ignored", outcome: `The customer ${stranger.id} is nobody's here.` });
  // A type that nobody handles, too; and a workspace that was deleted.
  const other = { ...event, id: "evt_of_a_product", type: "product.created", data: { object: { id: "prod_1", object: "product" } } };
  expect(await post(signedRequest(world, other))).toMatchObject({ status: 200, body: { status: "ignored" } });
  await subscribe(world, one, "pro");
  await owner().query("DELETE FROM tenant WHERE id = $1", [one.tenantId]);
  expect(await post(signedRequest(world, newest("customer.subscription.created")))).toMatchObject({ status: 200, body: { status: "ignored" } });
});

test("metadata does not decide whose it is", async () => {
  const other = await makeCustomer(world);
  await subscribe(world, one, "pro", { metadata: { tenant_id: other.tenantId } });
  const event = newest("customer.subscription.created");
  expect(await post(signedRequest(world, event))).toMatchObject({ status: 200 });
  expect(await planOf()).toBe("pro");
  expect((await owner().query("SELECT plan_id FROM tenant WHERE id = $1", [other.tenantId])).rows).toEqual([{ plan_id: "free" }]);
  expect(await stored(event.id)).toMatchObject({ tenant_id: one.tenantId });
  // An invoice that is somebody else's is not written down here.
  const forged = { ...newest("invoice.paid"), id: `evt_forged_${one.tenantId}` };
  Object.assign(forged.data.object, { customer: other.customerId });
  expect(await post(signedRequest(world, forged))).toMatchObject({ status: 503 });
  expect((await owner().query("SELECT 1 FROM billing_invoice WHERE tenant_id = $1", [other.tenantId])).rowCount).toBe(0);
  await owner().query("DELETE FROM stripe_event WHERE id = $1", [forged.id]);
});

test("one that fails is 503 and `failed` with the error's words; it succeeds when it comes again, or when a worker takes it up", async () => {
  await subscribe(world, one, "starter");
  const [first, second] = [newest("customer.subscription.created"), newest("invoice.paid")];
  for (const event of [first, second]) {
    // More often than the SDK tries by itself.
    await world.control("faults", { fail_calls: 12 });
    const answer = await post(signedRequest(world, event));
    expect(answer).toMatchObject({ status: 503, body: { error: { code: "unavailable" } } });
    expect(answer.headers.get("retry-after")).toBe("60");
    await world.control("faults", { fail_calls: 0 });
    const row = await stored(event.id);
    expect(row).toMatchObject({ status: "failed", attempts: 1, outcome: null, tenant_id: one.tenantId });
    expect(row?.error).toMatch(/^Error: /);
    expect(JSON.stringify(row?.error)).not.toMatch(/sk_test|whsec/);
  }
  expect(await planOf()).toBe("free");
  expect(await post(signedRequest(world, first))).toMatchObject({ status: 200, body: { status: "handled" } });
  expect(await stored(first.id)).toMatchObject({ status: "handled", attempts: 2, deliveries: 2, error: null });
  expect(await planOf()).toBe("starter");
  // Young ones are Stripe's to send again.
  expect(await retryEvents()).toBe(0);
  await owner().query("UPDATE stripe_event SET received_at = now() - interval '11 minutes' WHERE id = $1", [second.id]);
  await Promise.all([retryEvents(), retryEvents()]);
  expect(await stored(second.id)).toMatchObject({ status: "handled", attempts: 2, deliveries: 1, error: null });
});

test("a worker comes later each time, and takes up what was never finished", async () => {
  await subscribe(world, one, "starter");
  const event = newest("customer.subscription.created");
  await owner().query("INSERT INTO stripe_event (id, type, payload, created_at, received_at) VALUES ($1, $2, $3, now(), now() - interval '11 minutes')", [event.id, event.type, event]);
  await world.control("faults", { fail_calls: 12 });
  expect(await retryEvents()).toBe(0);
  await world.control("faults", { fail_calls: 0 });
  const waits = async () => (await owner().query<{ minutes: number }>("SELECT round(extract(epoch FROM retry_at - now()) / 60)::int AS minutes FROM stripe_event WHERE id = $1", [event.id])).rows[0]?.minutes;
  expect(await waits()).toBe(10);
  expect(await retryEvents()).toBe(0);
  await owner().query("UPDATE stripe_event SET retry_at = now() - interval '1 second' WHERE id = $1", [event.id]);
  expect(await retryEvents()).toBe(1);
  expect(await stored(event.id)).toMatchObject({ status: "handled", attempts: 2, tenant_id: one.tenantId });
  expect(await planOf()).toBe("starter");
});

test("two deliveries at once write once", async () => {
  await subscribe(world, one, "pro");
  const events = world.eventsSince(0).filter((event) => JSON.stringify(event.data.object).includes(one.customerId));
  const answers = await Promise.all([...events, ...events].map((event) => post(signedRequest(world, event))));
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
  expect(await planOf()).toBe("pro");
  expect([await auditOf("subscription.subscribed"), await auditOf("billing.invoice_paid")]).toEqual([1, 1]);
  const { rows } = await owner().query("SELECT key FROM billing_mail WHERE tenant_id = $1 AND key LIKE 'receipt:%'", [one.tenantId]);
  expect(rows).toHaveLength(1);
});
