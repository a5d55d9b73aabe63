/** What tests and people do to the sandbox itself: JSON under /sandbox, with the secret key as bearer token. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { isBearer, readBody } from "../../http";
import { finalizeAndCollect } from "../billing/due";
import type { Deliverer, Faults } from "../delivery/deliverer";
import { NO_FAULTS } from "../delivery/deliverer";
import { ApiError, invalid, missing } from "../http/error";
import type { Interference } from "../http/interference";
import type { CardBehavior } from "../world/tables";
import type { World } from "../world/world";
import { completeCheckout } from "../billing/complete-checkout";
import { confirmPayment } from "../billing/confirm";
import { closeDispute, openDispute } from "../billing/disputes";
import { travel } from "./travel";

export interface Control {
  world: World;
  secretKey: string;
  deliverer: Deliverer;
  interference: Interference;
  reset: () => void;
}

type Body = Record<string, unknown>;

export async function answerControl(control: Control, url: URL, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const send = (status: number, body: object): void => void response.writeHead(status, { "content-type": "application/json", "cache-control": "no-store" }).end(JSON.stringify(body));
  const bytes = await readBody(request, 64 * 1024);
  if (!isBearer(request, control.secretKey)) return send(401, { error: { message: "The sandbox is told what to do with its secret key as bearer token." } });
  try {
    return send(200, run(control, `${request.method} ${url.pathname}`, readJson(bytes), url.searchParams));
  } catch (cause) {
    if (!(cause instanceof ApiError)) throw cause;
    return send(cause.status, { error: cause.details });
  }
}

function run(control: Control, action: string, body: Body, query: URLSearchParams): object {
  const { world, deliverer, interference } = control;
  switch (action) {
    case "POST /sandbox/travel": {
      const customer = textOf(body, "customer");
      if (!world.tables.customers.get(customer)) throw missing("customer", customer, "customer");
      travel(world, customer, { months: countOf(body, "months"), days: countOf(body, "days"), seconds: countOf(body, "seconds") });
      return { customer, subscriptions: world.tables.subscriptions.filter((row) => row.customer === customer).map(({ id, status }) => ({ id, status })) };
    }
    case "POST /sandbox/finalize": {
      const invoice = textOf(body, "invoice");
      if (world.tables.invoices.get(invoice)?.status !== "draft") throw invalid(`${invoice} is no draft.`, "invoice");
      world.transact(() => finalizeAndCollect(world, invoice));
      return world.tables.invoices.get(invoice) ?? {};
    }
    case "POST /sandbox/next_payment": {
      const customer = textOf(body, "customer");
      const outcome = body.outcome;
      if (outcome !== "fail" && outcome !== "action") throw invalid("outcome is fail or action", "outcome");
      const times = body.times === undefined ? 1 : countOf(body, "times");
      world.transact(() => world.hide(customer, { next_payments: Array.from({ length: times }, () => outcome) }));
      return { customer, next_payments: world.hidden(customer).next_payments };
    }
    case "POST /sandbox/dispute": return world.transact(() => openDispute(world, { charge: optional(body, "charge"), invoice: optional(body, "invoice"), reason: optional(body, "reason") }));
    case "POST /sandbox/dispute/close": return world.transact(() => closeDispute(world, textOf(body, "dispute"), body.status === "won" ? "won" : "lost"));
    case "POST /sandbox/confirm": return world.transact(() => confirmPayment(world, textOf(body, "payment_intent"), body.succeed !== false));
    case "POST /sandbox/checkout":
      return world.transact(() => completeCheckout(world, textOf(body, "session"), {
        card: cardOf(body.card), isConfirmed: body.confirm === true, code: optional(body, "promotion_code"), country: optional(body, "country"), name: optional(body, "name"), taxId: optional(body, "tax_id"), taxIdType: optional(body, "tax_id_type"), postalCode: optional(body, "postal_code"),
      }));
    case "GET /sandbox/faults": return { ...deliverer.faults, ...interference };
    case "POST /sandbox/faults": {
      deliverer.setFaults(readFaults(body));
      if (body.fail_calls !== undefined) interference.fail_calls = countOf(body, "fail_calls");
      if (body.lose_answers !== undefined) interference.lose_answers = countOf(body, "lose_answers");
      return { ...deliverer.faults, ...interference };
    }
    case "POST /sandbox/redeliver": {
      const event = world.tables.events.get(textOf(body, "event"));
      if (!event) throw missing("event", textOf(body, "event"), "event");
      return { event: event.id, deliveries: deliverer.redeliver(event) };
    }
    case "GET /sandbox/deliveries": return { deliveries: deliverer.list().filter((row) => fits(row, query, "event") && fits(row, query, "type") && fits(row, query, "status")) };
    case "POST /sandbox/reset":
      control.reset();
      deliverer.setFaults(NO_FAULTS);
      Object.assign(interference, { fail_calls: 0, lose_answers: 0 });
      return { reset: true };
    default: throw new ApiError(404, { message: `The sandbox has no ${action}.` });
  }
}

function readJson(bytes: Buffer | null): Body {
  if (bytes === null) throw new ApiError(413, { message: "The request is too large." });
  if (bytes.length === 0) return {};
  try {
    const value: unknown = JSON.parse(bytes.toString());
    // A JSON value that is an object and no list has string keys.
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Body;
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
  }
  throw invalid("The body is no JSON object.");
}

function readFaults(body: Body): Partial<Faults> {
  return {
    ...(body.duplicate === undefined ? {} : { duplicate: countOf(body, "duplicate") }), ...(body.delay_ms === undefined ? {} : { delay_ms: countOf(body, "delay_ms") }), ...(body.drop === undefined ? {} : { drop: countOf(body, "drop") }),
    ...(typeof body.reorder === "boolean" ? { reorder: body.reorder } : {}), ...(typeof body.hold === "boolean" ? { hold: body.hold } : {}),
  };
}

function textOf(body: Body, name: string): string {
  const value = body[name];
  if (typeof value !== "string" || value === "") throw invalid(`${name} is missing`, name);
  return value;
}

function optional(body: Body, name: string): string | undefined {
  return body[name] === undefined ? undefined : textOf(body, name);
}

function countOf(body: Body, name: string): number {
  const value = body[name] ?? 0;
  if (typeof value !== "number" || !Number.isInteger(value) || value < 0) throw invalid(`${name} is a whole number, 0 or more`, name);
  return value;
}

function cardOf(value: unknown): CardBehavior {
  if (value === undefined) return "succeeds";
  if (value === "succeeds" || value === "declines" || value === "declines_later" || value === "asks" || value === "asks_later") return value;
  throw invalid("card is succeeds, declines, declines_later, asks or asks_later", "card");
}

function fits(row: object, query: URLSearchParams, name: string): boolean {
  const asked = query.get(name);
  return asked === null || Reflect.get(row, name) === asked;
}
