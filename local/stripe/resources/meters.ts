import type Stripe from "stripe";
import { aggregate, DEDUPE_SECONDS } from "../billing/usage";
import { call, type Asked } from "../http/call";
import { ApiError, invalid, missingParameter } from "../http/error";
import { integer, object, oneOf, required, text, type Kind, type Names, type Read } from "../http/kinds";
import { cut, listPage, PAGE } from "../http/list";
import { create, requireRow, update } from "../world/change";
import { DAY, HOUR } from "../world/calendar";
import { newId } from "../world/ids";
import type { World } from "../world/world";

const payload: Kind<Record<string, string>> = {
  read: (value, at) => {
    if (typeof value !== "object" || Array.isArray(value)) throw invalid("Invalid object", at);
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, text.read(each, `${at}[${key}]`)]));
  },
};
const toCreate = {
  default_aggregation: required(object({ formula: required(oneOf("sum", "count", "last")) })), display_name: required(text), event_name: required(text),
  customer_mapping: object({ event_payload_key: required(text), type: required(oneOf("by_id")) }), value_settings: object({ event_payload_key: required(text) }),
} satisfies Names<Stripe.Billing.MeterCreateParams>;
const toReport = { event_name: required(text), payload: required(payload), identifier: text, timestamp: integer } satisfies Names<Stripe.Billing.MeterEventCreateParams>;
const toSum = { ...PAGE, customer: required(text), start_time: required(integer), end_time: required(integer), value_grouping_window: oneOf("day", "hour") } satisfies Names<Stripe.Billing.MeterListEventSummariesParams>;

export const meterCalls = [
  call("POST", "/v1/billing/meters", toCreate, ({ world, params }) => {
    const taken = world.tables.meters.all().find((row) => row.event_name === params.event_name && row.status === "active");
    if (taken) throw new ApiError(400, { code: "resource_already_exists", message: `An active meter (${taken.id}) with the event name ${params.event_name} already exists.`, param: "event_name" });
    return create(world, world.tables.meters, {
      id: newId("mtr_test", 20), object: "billing.meter", created: world.now(), customer_mapping: params.customer_mapping ?? { event_payload_key: "stripe_customer_id", type: "by_id" },
      default_aggregation: params.default_aggregation, display_name: params.display_name, event_name: params.event_name, event_time_window: null, livemode: false, status: "active",
      status_transitions: { deactivated_at: null }, updated: world.now(), value_settings: params.value_settings ?? { event_payload_key: "value" },
    }, "billing.meter.created");
  }),
  call("GET", "/v1/billing/meters", { ...PAGE, status: oneOf("active", "inactive") }, ({ world, params }) => listPage(world.tables.meters, "/v1/billing/meters", params, (row) => !params.status || row.status === params.status)),
  call("GET", "/v1/billing/meters/:id", {}, ({ world, id }) => requireRow(world.tables.meters, id, "meter")),
  call("POST", "/v1/billing/meters/:id", { display_name: text }, ({ world, id, params }) => {
    requireRow(world.tables.meters, id, "meter");
    return update(world, world.tables.meters, id, "billing.meter.updated", (row) => Object.assign(row, params, { updated: world.now() }));
  }),
  call("POST", "/v1/billing/meters/:id/deactivate", {}, ({ world, id }) => setStatus(world, id, "inactive")),
  call("POST", "/v1/billing/meters/:id/reactivate", {}, ({ world, id }) => setStatus(world, id, "active")),
  call("GET", "/v1/billing/meters/:id/event_summaries", toSum, summarize),
  call("POST", "/v1/billing/meter_events", toReport, report),
  call("POST", "/v1/billing/meter_event_adjustments", { event_name: required(text), type: required(oneOf("cancel")), cancel: object({ identifier: text }) }, ({ world, params }) => {
    const identifier = params.cancel?.identifier;
    if (!identifier) throw new ApiError(400, { code: "parameter_missing", message: "Missing required param: cancel[identifier].", param: "cancel[identifier]" });
    const found = world.tables.meter_events.filter((row) => row.identifier === identifier && row.event_name === params.event_name && row.created > world.now() - DAY).at(-1);
    if (!found) throw invalid(`No meter event with the identifier ${identifier} was received in the last 24 hours.`, "cancel[identifier]", "resource_missing");
    if (found.canceled) throw invalid("The meter event was already canceled.", "cancel[identifier]");
    world.tables.meter_events.edit(found.id, (row) => (row.canceled = true));
    return { object: "billing.meter_event_adjustment", cancel: { identifier }, event_name: params.event_name, livemode: false, status: "pending", type: "cancel" };
  }),
];

function report({ world, params }: Asked<Read<typeof toReport>>): object {
  const now = world.now();
  const meter = world.tables.meters.all().find((row) => row.event_name === params.event_name && row.status === "active");
  if (!meter) throw invalid(`No active meter found for event name ${params.event_name}.`, "event_name", "resource_missing");
  const customerKey = meter.customer_mapping.event_payload_key;
  const valueKey = meter.value_settings.event_payload_key;
  const customer = params.payload[customerKey];
  if (customer === undefined) throw invalid(`The payload must have the key ${customerKey}.`, `payload[${customerKey}]`, "parameter_missing");
  if (!world.tables.customers.get(customer)) throw missingParameter("customer", customer, `payload[${customerKey}]`);
  const value = params.payload[valueKey] ?? (meter.default_aggregation.formula === "count" ? "1" : undefined);
  if (value === undefined) throw invalid(`The payload must have the key ${valueKey}.`, `payload[${valueKey}]`, "parameter_missing");
  if (!/^-?\d{1,18}$/.test(value)) throw invalid(`Invalid value: ${value} is not a whole number.`, `payload[${valueKey}]`);
  const timestamp = params.timestamp ?? now;
  if (timestamp < now - 35 * DAY) throw invalid("The timestamp must be within the past 35 calendar days.", "timestamp");
  if (timestamp > now + 300) throw invalid("The timestamp must not be more than 5 minutes in the future.", "timestamp");
  const identifier = params.identifier ?? newId("mev");
  if (identifier.length > 100) throw invalid("The identifier has more than 100 characters.", "identifier");
  const again = world.tables.meter_events.all().findLast((row) => row.identifier === identifier && row.created > now - DEDUPE_SECONDS);
  if (again) throw new ApiError(400, { message: `An event already exists with identifier ${identifier}.`, param: "identifier" });
  const id = newId("mev");
  world.tables.meter_events.put(id, { id, identifier, event_name: params.event_name, customer, value, timestamp, created: now, canceled: false, payload: params.payload });
  return { object: "billing.meter_event", created: now, event_name: params.event_name, identifier, livemode: false, payload: params.payload, timestamp };
}

function summarize({ world, id, params }: Asked<Read<typeof toSum>>): object {
  const meter = requireRow(world.tables.meters, id, "meter");
  if (!world.tables.customers.get(params.customer)) throw missingParameter("customer", params.customer, "customer");
  const window = params.value_grouping_window;
  const unit = window === "day" ? DAY : window === "hour" ? HOUR : 60;
  for (const name of ["start_time", "end_time"] as const) if (params[name] % unit !== 0) throw invalid(`${name} must be aligned with ${window ?? "minute"} boundaries.`, name);
  if (params.end_time <= params.start_time) throw invalid("end_time must be after start_time.", "end_time");
  const rows = [];
  const step = window ? unit : params.end_time - params.start_time;
  for (let end = params.end_time; end > params.start_time; end -= step) {
    const start = Math.max(params.start_time, end - step);
    const value = aggregate(world, meter, params.customer, start, end);
    rows.push({ id: `mtrusg_test_${id.slice(-8)}${start}`, object: "billing.meter_event_summary", aggregated_value: Number(value), end_time: end, livemode: false, meter: id, start_time: start });
  }
  return cut(window ? rows.filter((row) => row.aggregated_value !== 0) : rows, `/v1/billing/meters/${id}/event_summaries`, params);
}

function setStatus(world: World, id: string, status: "active" | "inactive"): object {
  requireRow(world.tables.meters, id, "meter");
  return update(world, world.tables.meters, id, status === "active" ? "billing.meter.reactivated" : "billing.meter.deactivated", (row) => {
    Object.assign(row, { status, updated: world.now(), status_transitions: { deactivated_at: status === "active" ? null : world.now() } });
  });
}
