import type { Find, Includes } from "../http/expand";
import { present } from "../world/present";
import { listOf } from "../world/present";
import type { World } from "../world/world";

/** Tables whose rows no other object names. */
const NO_OBJECTS = ["hidden", "meter_events", "events"];

/** An object of any kind by its id, as it goes out. */
export const findObject: Find = (world, id) => {
  for (const [name, table] of Object.entries(world.tables)) {
    const row = NO_OBJECTS.includes(name) ? undefined : table.get(id);
    if (row) return present(row);
  }
  return null;
};

const idOf = (object: Record<string, unknown>): string => String(object.id);
const rows = (all: object[], url: string): object => listOf(all.map(present), url);

/** What Stripe leaves out of an object unless a call asks for it with `expand`. */
export const INCLUDES: Includes = {
  customer: {
    tax_ids: (world, object) => rows(world.tables.tax_ids.filter((row) => row.customer === idOf(object)), `/v1/customers/${idOf(object)}/tax_ids`),
    subscriptions: (world, object) => rows(world.tables.subscriptions.filter((row) => row.customer === idOf(object) && row.status !== "canceled"), `/v1/customers/${idOf(object)}/subscriptions`),
    tax: taxOf,
  },
  invoice: {
    payments: (world, object) => rows(world.tables.invoice_payments.filter((row) => row.invoice === idOf(object)), `/v1/invoice_payments?invoice=${idOf(object)}`),
    confirmation_secret: (world, object) => {
      const payment = world.tables.invoice_payments.all().find((row) => row.invoice === idOf(object));
      const secret = world.tables.payment_intents.get(payment?.payment.payment_intent)?.client_secret;
      return secret ? { client_secret: secret, type: "payment_intent" } : null;
    },
  },
  charge: { refunds: (world, object) => rows(world.tables.refunds.filter((row) => row.charge === idOf(object)), `/v1/charges/${idOf(object)}/refunds`) },
  "checkout.session": { line_items: (world, object) => listOf(world.hidden(idOf(object)).line_items ?? [], `/v1/checkout/sessions/${idOf(object)}/line_items`) },
};

function taxOf(world: World, object: Record<string, unknown>): object {
  const country = world.tables.customers.get(idOf(object))?.address?.country;
  return { automatic_tax: country ? "supported" : "unrecognized_location", ip_address: null, location: country ? { country, source: "billing_address", state: null } : null, provider: "stripe" };
}
