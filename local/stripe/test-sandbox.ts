/** A sandbox for a test, with the real SDK before it and a place that its events go to. */
import { createServer, type Server } from "node:http";
import Stripe from "stripe";
import { listen } from "../serve";
import { createStripeSandbox, type StripeSandbox } from "./server";

export const KEY = "sk_test_sandbox";
export const WEBHOOK_SECRET = "whsec_sandbox";

export interface Received {
  event: Stripe.Event;
  signature: string;
  body: string;
}

export interface TestSandbox {
  stripe: Stripe;
  sandbox: StripeSandbox;
  url: string;
  /** What came in at the webhook, in order. */
  received: Received[];
  /** The status that the webhook answers with. */
  answerWith: (status: number) => void;
  control: <T = Record<string, unknown>>(path: string, body?: object) => Promise<T>;
  close: () => Promise<void>;
}

/** Starts one. `file` keeps its state; `now` is its clock, in milliseconds. */
export async function startSandbox(options: { file?: string; now?: () => number } = {}): Promise<TestSandbox> {
  const received: Received[] = [];
  let status = 200;
  const webhook = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const body = Buffer.concat(chunks).toString();
      const signature = String(request.headers["stripe-signature"]);
      received.push({ body, signature, event: JSON.parse(body) as Stripe.Event });
      response.writeHead(status).end();
    });
  });
  const webhookPort = (await listen(webhook, 0, "127.0.0.1")).port;
  let url = "";
  const sandbox = createStripeSandbox({ url: () => url, secretKey: KEY, webhook: { url: `http://127.0.0.1:${webhookPort}/webhook`, secret: WEBHOOK_SECRET, enabledEvents: ["*"] }, file: options.file ?? null, now: options.now });
  const { port } = await listen(sandbox.server, 0, "127.0.0.1");
  url = `http://127.0.0.1:${port}`;
  return {
    stripe: new Stripe(KEY, { host: "127.0.0.1", port, protocol: "http", maxNetworkRetries: 0, telemetry: false }),
    sandbox,
    url,
    received,
    answerWith: (next) => (status = next),
    control: async <T>(path: string, body?: object) => {
      const response = await fetch(`${url}/sandbox/${path}`, { method: body ? "POST" : "GET", headers: { authorization: `Bearer ${KEY}` }, body: body ? JSON.stringify(body) : undefined });
      const answer: unknown = await response.json();
      if (!response.ok) throw new Error(JSON.stringify(answer));
      // The caller knows what it asked for.
      return answer as T;
    },
    close: async () => {
      sandbox.close();
      await Promise.all([sandbox.server, webhook].map(end));
    },
  };
}

/** Waits until `read` gives something, for at most five seconds. */
export async function until<T>(read: () => T | undefined | false): Promise<T> {
  for (let round = 0; round < 500; round++) {
    const value = read();
    if (value) return value;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error("it did not come");
}

export interface Catalogue {
  starter: Stripe.Price;
  pro: Stripe.Price;
  overage: Stripe.Price;
  meter: Stripe.Billing.Meter;
}

/** The prices that the application sells. */
export async function makeCatalogue(stripe: Stripe): Promise<Catalogue> {
  const meter = await stripe.billing.meters.create({ display_name: "Overage", event_name: "stint_overage", default_aggregation: { formula: "sum" } });
  for (const name of ["Starter", "Pro", "Overage"]) await stripe.products.create({ id: `stint_${name.toLowerCase()}`, name });
  const plan = (product: string, amount: number) => stripe.prices.create({ product, currency: "usd", unit_amount: amount, recurring: { interval: "month" }, lookup_key: `${product}_${amount}` });
  const [starter, pro] = [await plan("stint_starter", 4900), await plan("stint_pro", 14900)];
  const overage = await stripe.prices.create({ product: "stint_overage", currency: "usd", unit_amount_decimal: Stripe.Decimal.from("0.0001"), recurring: { interval: "month", usage_type: "metered", meter: meter.id }, lookup_key: "stint_overage_micros" });
  return { starter, pro, overage, meter };
}

/** A customer who has a card. */
export async function makePayingCustomer(stripe: Stripe, token = "pm_card_visa", params: Stripe.CustomerCreateParams = {}): Promise<Stripe.Customer> {
  const customer = await stripe.customers.create({ email: "ada@test.example", name: "Ada", ...params });
  const card = await stripe.paymentMethods.attach(token, { customer: customer.id });
  return stripe.customers.update(customer.id, { invoice_settings: { default_payment_method: card.id } });
}

function end(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
