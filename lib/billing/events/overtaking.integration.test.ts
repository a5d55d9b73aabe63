/** A handler whose answer from Stripe is old by the time it comes does not write it over what was fetched later. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { makeCustomer, startStripe, type Customer, type TestStripe } from "@/e2e/fixtures/stripe";
import { DOINGS, type Doings } from "@/e2e/fixtures/stripe-lives";
import { owner } from "@/e2e/fixtures/workspace";
import { syncAccount } from "@/lib/billing/account/sync";
import { syncDispute } from "@/lib/billing/flags/sync";
import { syncInvoice } from "@/lib/billing/invoices/sync";
import { closeDb } from "@/lib/platform/db";

let world: TestStripe;
beforeAll(async () => {
  world = await startStripe();
});
afterAll(async () => {
  await world.close();
  await closeDb();
});

const idOf = (table: "invoices" | "disputes" | "charges"): string => world.sandbox.world.tables[table].all().at(-1)?.id ?? "";

async function renew(one: Customer): Promise<void> {
  await world.control("travel", { customer: one.customerId, months: 1 });
  await DOINGS.finalizeDraft(world, one);
}

type Race = { life: (Doings | "renew")[]; /** What the slow one waits for. */ address: RegExp; change: (one: Customer) => Promise<unknown>; sync: (one: Customer) => Promise<unknown>; column: string; becomes: unknown };
const RACES: Record<string, Race> = {
  "an account that was known": { life: ["buyPro"], address: /^\/v1\/subscriptions\?/, change: (one) => DOINGS.cancelNow(world, one), sync: (one) => syncAccount(one.tenantId), column: "status FROM billing_account", becomes: "canceled" },
  "an invoice that was not": {
    life: ["buyPro", "badCard", "renew"], address: /^\/v1\/invoices\/in_/, change: (one) => DOINGS.voidOpen(world, one), sync: (one) => syncInvoice(one.tenantId, idOf("invoices")), column: "status FROM billing_invoice", becomes: "void",
  },
  "a dispute that was not": { life: ["buyPro", "dispute"], address: /^\/v1\/disputes\//, change: (one) => DOINGS.loseDispute(world, one), sync: (one) => syncDispute(one.tenantId, idOf("disputes")), column: "status FROM billing_flag", becomes: "lost" },
};

test.each(Object.entries(RACES))("%s", async (_what, { life, address, change, sync, column, becomes }) => {
  const one = await makeCustomer(world);
  for (const name of life) await (name === "renew" ? renew(one) : DOINGS[name](world, one));
  let letGo: () => void = () => undefined;
  let held = 0;
  const slow = new Promise<void>((resolve) => (letGo = resolve));
  const isHeld = new Promise<void>((resolve) => world.delayAnswers((asked) => {
    if (!address.test(asked) || held++ > 0) return null;
    resolve();
    return slow;
  }));
  const late = sync(one);
  // The answer to the first one is made, and waits.
  await isHeld;
  await change(one);
  await sync(one);
  letGo();
  await late;
  world.delayAnswers(null);
  const { rows } = await owner().query<{ status: string }>(`SELECT ${column} WHERE tenant_id = $1 ORDER BY created_at DESC LIMIT 1`, [one.tenantId]);
  expect(rows).toEqual([{ status: becomes }]);
  // It asked again.
  expect(held).toBeGreaterThan(2);
});
