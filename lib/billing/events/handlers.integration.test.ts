/** Every event that is handled, delivered alone: from it everything is written that Stripe has by then of what it is about. */
import type Stripe from "stripe";
import { afterAll, beforeAll, expect, test } from "vitest";
import { makeCustomer, startStripe, type Customer, type TestStripe } from "@/e2e/fixtures/stripe";
import { DOINGS, forgetBilling, type Doings } from "@/e2e/fixtures/stripe-lives";
import { owner } from "@/e2e/fixtures/workspace";
import { handleEvent, receiveEvent } from "@/lib/billing/events/dispatch";
import { readEvent } from "@/lib/billing/events/event";
import { HANDLERS } from "@/lib/billing/events/handlers";
import { readBilling } from "@/lib/billing/overview/service";
import { closeDb } from "@/lib/platform/db";

let world: TestStripe;
beforeAll(async () => {
  world = await startStripe();
});
afterAll(async () => {
  await world.close();
  await closeDb();
});

type Step = Doings | { travel: { months?: number; days?: number } };
/** `as`: Stripe's own of this type tells of the same thing, and the sandbox sends only that. */
type Case = { card?: string | null; life: Step[]; as?: string; expected: { plan?: string; account?: object; invoice?: object; flag?: object; mails?: RegExp[]; audit?: string[] } };

const bought: Case = { life: ["buyPro"], expected: { plan: "pro", account: { status: "active", plan_id: "pro", price_cents: 14900 }, audit: [] } };
const renewalFailed: Step[] = ["buyStarter", "badCard", { travel: { months: 1 } }, "finalizeDraft"];
const account = (life: Step[], state: object, plan: string, as?: string): Case => ({ life, ...(as ? { as } : {}), expected: { plan, account: state, audit: [] } });

const CASES: Record<string, Case> = {
  "checkout.session.completed": { card: null, life: ["buyOnPage"], expected: { ...bought.expected, invoice: { status: "paid", total_cents: 14900, paid_cents: 14900, reason: "subscription_create" }, mails: [/^receipt:in_/], audit: ["billing.invoice_paid"] } },
  "customer.subscription.created": bought,
  "customer.subscription.updated": account(["buyStarter", "cancelLater"], { status: "active", cancel_at: expect.any(Date) }, "starter"),
  "customer.subscription.paused": account(["buyStarter", "cancelLater"], { status: "active" }, "starter", "customer.subscription.updated"),
  "customer.subscription.resumed": account(["buyStarter", "cancelLater"], { status: "active" }, "starter", "customer.subscription.updated"),
  "customer.subscription.pending_update_applied": account(["buyStarter", "askingCard", "upgradeOrWait", "confirmAtBank"], { status: "active", plan_id: "pro", pending: null }, "pro"),
  "customer.subscription.pending_update_expired": account(["buyStarter", "askingCard", "upgradeOrWait", { travel: { days: 1 } }], { status: "active", plan_id: "starter", pending: null }, "starter"),
  "customer.subscription.deleted": account(["buyPro", "cancelNow"], { status: "canceled", ended_at: expect.any(Date) }, "free"),
  "customer.subscription.trial_will_end": account(["tryPro", { travel: { days: 12 } }], { status: "trialing", plan_id: "pro", trial_ends_at: expect.any(Date) }, "pro"),
  "customer.updated": { life: ["buyPro", "move"], expected: { plan: "pro", account: { country: "DE", email: expect.stringMatching(/^moved-/) } } },
  "customer.tax_id.created": { life: ["buyPro", "addTaxId"], expected: { plan: "pro", account: { tax_ids: [{ type: "eu_vat", value: "DE123456789", country: "DE", verification: "verified" }] } } },
  "customer.tax_id.updated": { life: ["buyPro", "addTaxId"], as: "customer.tax_id.created", expected: { plan: "pro", account: { tax_ids: [{ value: "DE123456789" }] } } },
  "customer.tax_id.deleted": { life: ["buyPro", "addTaxId", "removeTaxId"], expected: { plan: "pro", account: { tax_ids: [] } } },
  "customer.deleted": { life: ["buyPro", "deleteCustomer"], expected: { plan: "free", account: { status: "none", subscription_id: null, email: null } } },
  "customer.discount.created": { life: ["buyPro", "move"], as: "customer.updated", expected: { plan: "pro" } },
  "customer.discount.updated": { life: ["buyPro", "move"], as: "customer.updated", expected: { plan: "pro" } },
  "customer.discount.deleted": { life: ["buyPro", "move"], as: "customer.updated", expected: { plan: "pro" } },
  "subscription_schedule.created": account(["buyPro", "scheduleDowngrade"], { scheduled_plan_id: "starter", scheduled_at: expect.any(Date) }, "pro"),
  "subscription_schedule.updated": account(["buyPro", "scheduleDowngrade"], { scheduled_plan_id: "starter" }, "pro"),
  "subscription_schedule.released": account(["buyPro", "scheduleDowngrade", "releaseDowngrade"], { scheduled_plan_id: null, schedule_id: null }, "pro"),
  "subscription_schedule.expiring": account(["buyPro", "scheduleDowngrade"], { scheduled_plan_id: "starter" }, "pro", "subscription_schedule.updated"),
  "subscription_schedule.completed": account(["buyPro", "scheduleDowngrade"], { scheduled_plan_id: "starter" }, "pro", "subscription_schedule.updated"),
  "subscription_schedule.canceled": account(["buyPro", "scheduleDowngrade"], { scheduled_plan_id: "starter" }, "pro", "subscription_schedule.updated"),
  "subscription_schedule.aborted": account(["buyPro", "scheduleDowngrade"], { scheduled_plan_id: "starter" }, "pro", "subscription_schedule.updated"),
  "invoice.created": { life: ["buyStarter", { travel: { months: 1 } }], expected: { plan: "free", invoice: { status: "draft", reason: "subscription_cycle" }, audit: [] } },
  "invoice.updated": { life: renewalFailed, expected: { plan: "free", invoice: { status: "open", attempts: 1 }, mails: [/^payment_failed:in_\w+:0$/], audit: ["billing.invoice_open"] } },
  "invoice.finalized": { life: renewalFailed, expected: { plan: "free", invoice: { status: "open" }, mails: [/^payment_failed:/], audit: ["billing.invoice_open"] } },
  "invoice.paid": { life: ["buyPro"], expected: { plan: "pro", invoice: { status: "paid", subtotal_cents: 14900, due_cents: 14900, paid_cents: 14900, paid_at: expect.any(Date), number: expect.stringMatching(/-0001$/), lines: [{ kind: "plan", cents: 14900, quantity: 1, proration: false }] }, mails: [/^receipt:/], audit: ["billing.invoice_paid"] } },
  "invoice.payment_failed": { life: renewalFailed, expected: { plan: "starter", account: { status: "past_due", past_due_since: expect.any(Date) }, invoice: { status: "open", attempts: 1, next_attempt_at: expect.any(Date) }, mails: [/^payment_failed:/], audit: ["billing.invoice_open"] } },
  "invoice.payment_action_required": { life: ["buyStarter", "askingCard", { travel: { months: 1 } }, "finalizeDraft"], expected: { plan: "starter", account: { status: "past_due" }, invoice: { status: "open" }, mails: [/^needs_confirmation:/] } },
  "invoice.voided": { life: [...renewalFailed, "voidOpen"], expected: { invoice: { status: "void" }, audit: ["billing.invoice_void"] } },
  "invoice.marked_uncollectible": { life: [...renewalFailed, "giveUpOpen"], expected: { invoice: { status: "uncollectible" }, audit: ["billing.invoice_uncollectible"] } },
  "invoice.deleted": { life: ["buyStarter", { travel: { months: 1 } }], as: "invoice.created", expected: { invoice: { status: "draft" } } },
  "charge.refunded": { life: ["buyPro", "refundPart"], expected: { plan: "free", invoice: { refunded_cents: 700, status: "paid" }, flag: { kind: "refund", amount_cents: 700, status: "succeeded", reason: "requested_by_customer", seen_at: null }, mails: [/^receipt:/, /^refund:re_/], audit: ["billing.invoice_paid", "billing.refund_created"] } },
  "refund.updated": { life: ["buyPro", "refundPart"], as: "refund.created", expected: { flag: { kind: "refund", amount_cents: 700 }, invoice: { refunded_cents: 700 } } },
  "refund.failed": { life: ["buyPro", "refundPart"], as: "refund.created", expected: { flag: { kind: "refund", amount_cents: 700 } } },
  "charge.dispute.created": { life: ["buyPro", "dispute"], expected: { plan: "free", flag: { kind: "dispute", amount_cents: 14900, status: "needs_response", reason: "fraudulent" }, mails: [/^dispute:/, /^receipt:/], audit: ["billing.dispute_created", "billing.invoice_paid"] } },
  "charge.dispute.updated": { life: ["buyPro", "dispute", "loseDispute"], expected: { flag: { kind: "dispute", status: "lost" } } },
  "charge.dispute.closed": { life: ["buyPro", "dispute", "loseDispute"], expected: { flag: { kind: "dispute", status: "lost" } } },
  "charge.dispute.funds_withdrawn": { life: ["buyPro", "dispute"], as: "charge.dispute.created", expected: { flag: { kind: "dispute", status: "needs_response" } } },
  "charge.dispute.funds_reinstated": { life: ["buyPro", "dispute"], as: "charge.dispute.created", expected: { flag: { kind: "dispute", status: "needs_response" } } },
};

async function live(one: Customer, steps: Step[]): Promise<void> {
  for (const step of steps) {
    if (typeof step === "string") await DOINGS[step](world, one);
    else await world.control("travel", { customer: one.customerId, ...step.travel });
  }
}

const rows = async (text: string, one: Customer) => (await owner().query<Record<string, unknown>>(text, [one.tenantId])).rows;

/** What of the account is told and recorded has tests of its own; here: nothing of it twice. */
async function check(one: Customer, objectId: string, { plan, account: state, invoice, flag, mails, audit }: Case["expected"]): Promise<void> {
  if (plan) expect(await rows("SELECT plan_id FROM tenant WHERE id = $1", one)).toEqual([{ plan_id: plan }]);
  if (state) expect(await rows("SELECT * FROM billing_account WHERE tenant_id = $1", one)).toMatchObject([state]);
  const invoices = await rows("SELECT * FROM billing_invoice WHERE tenant_id = $1", one);
  if (invoice) expect(invoices.find(({ id }) => id === objectId) ?? invoices[0]).toMatchObject(invoice);
  if (flag) expect(await rows("SELECT * FROM billing_flag WHERE tenant_id = $1", one)).toMatchObject([flag]);
  const keys = (await rows("SELECT key FROM billing_mail WHERE tenant_id = $1 AND key ~ '^(receipt|payment_failed:.*:0|needs_confirmation|refund|dispute)' ORDER BY key", one)).map(({ key }) => key);
  if (mails) {
    expect(keys).toHaveLength(mails.length);
    for (const [at, key] of mails.entries()) expect(keys[at]).toMatch(key);
  }
  if (audit) expect((await rows("SELECT action FROM audit_log WHERE tenant_id = $1 AND action ~ '^billing[.](invoice|refund|dispute)_' ORDER BY action", one)).map(({ action }) => action)).toEqual(audit);
  expect(await rows("SELECT action, target_id FROM audit_log WHERE tenant_id = $1 GROUP BY 1, 2 HAVING count(*) > 1", one)).toEqual([]);
}

test("there is a case for every event", () => expect(Object.keys(CASES).sort()).toEqual(Object.keys(HANDLERS).sort()));

test.each(Object.entries(CASES))("%s", async (type, { card = "pm_card_visa", life, as = type, expected }) => {
  const one = await makeCustomer(world, card);
  const before = world.eventCount();
  await live(one, life);
  const found = world.eventsSince(before).findLast((event) => event.type === as);
  if (!found) throw new Error(`there was no ${as}, but ${[...new Set(world.eventsSince(before).map((event) => event.type))].join(", ")}`);
  const event = { ...found, id: `${found.id}_${type}`, type };
  const objectId = String((event.data.object as Stripe.Invoice).id);
  expect(await receiveEvent(readEvent(event))).toBe("handled");
  await check(one, objectId, expected);
  // Handled again, by staff, it changes nothing and tells nobody anything.
  expect(await handleEvent(readEvent(event))).toBe("handled");
  await check(one, objectId, expected);
  const [row] = await rows("SELECT status, attempts, error FROM stripe_event WHERE tenant_id = $1", one);
  expect(row).toEqual({ status: "handled", attempts: 2, error: null });
});

test("the customer's list says what was refunded of an invoice, and how a dispute of it stands", async () => {
  const one = await makeCustomer(world);
  // A dispute names its charge, and no customer.
  const isOurs = ({ type, data }: Stripe.Event): boolean => type in HANDLERS && (type.startsWith("charge.dispute.") || JSON.stringify(data.object).includes(one.customerId));
  const liveAndTell = async (steps: Step[]): Promise<void> => {
    const seen = world.eventCount();
    await live(one, steps);
    for (const event of world.eventsSince(seen).filter(isOurs)) await receiveEvent(readEvent(event));
  };
  const listed = async () => (await readBilling(one.tenantId)).invoices.map(({ totalCents, refundedCents, dispute }) => ({ totalCents, refundedCents, dispute }));
  await liveAndTell(["buyPro", "refundPart"]);
  expect(await listed()).toEqual([{ totalCents: 14900, refundedCents: 700, dispute: null }]);
  await liveAndTell(["dispute"]);
  expect(await listed()).toEqual([{ totalCents: 14900, refundedCents: 700, dispute: "open" }]);
  await liveAndTell(["loseDispute"]);
  expect(await listed()).toEqual([{ totalCents: 14900, refundedCents: 700, dispute: "lost" }]);
  await owner().query("UPDATE billing_flag SET status = 'won' WHERE tenant_id = $1 AND kind = 'dispute'", [one.tenantId]);
  expect(await listed()).toMatchObject([{ dispute: null }]);
});

test("a draft that is gone is `deleted` where it was known, and nothing where it was not", async () => {
  const one = await makeCustomer(world);
  await world.stripe.invoiceItems.create({ customer: one.customerId, amount: 500, currency: "usd", description: "By hand" });
  const draft = await world.stripe.invoices.create({ customer: one.customerId, auto_advance: false });
  const [created] = world.eventsSince(0).filter((event) => event.type === "invoice.created" && event.data.object.id === draft.id);
  if (!created) throw new Error("there was no invoice.created");
  await receiveEvent(readEvent(created));
  expect(await rows("SELECT status FROM billing_invoice WHERE tenant_id = $1", one)).toEqual([{ status: "draft" }]);
  await world.stripe.invoices.del(draft.id ?? "");
  const deleted = world.eventsSince(0).findLast(({ type }) => type === "invoice.deleted");
  if (!deleted) throw new Error("there was no invoice.deleted");
  await receiveEvent(readEvent(deleted));
  await receiveEvent(readEvent({ ...created, id: `${created.id}_late` }));
  expect(await rows("SELECT status FROM billing_invoice WHERE tenant_id = $1", one)).toEqual([{ status: "deleted" }]);
  await forgetBilling(one);
  expect(await handleEvent(readEvent(deleted))).toBe("handled");
  expect(await rows("SELECT status FROM billing_invoice WHERE tenant_id = $1", one)).toEqual([]);
});
