import type Stripe from "stripe";
import { call } from "../http/call";
import { emptyable, flag, list, mergeMetadata, metadata, required, text, url, type Names } from "../http/kinds";
import { listPage, PAGE, PAGE_CREATED } from "../http/list";
import { requireRow } from "../world/change";
import { newId } from "../world/ids";
import { API_VERSION } from "../world/world";

export const eventCalls = [
  call("GET", "/v1/events", { ...PAGE_CREATED, delivery_success: flag, type: text, types: list(text) } satisfies Names<Stripe.EventListParams>, ({ world, params }) =>
    listPage(world.tables.events, "/v1/events", params, (row) => (!params.type || isOfType(row.type, params.type)) && (!params.types || params.types.includes(row.type)) && (params.delivery_success === undefined || (row.pending_webhooks === 0) === params.delivery_success))),
  call("GET", "/v1/events/:id", {}, ({ world, id }) => requireRow(world.tables.events, id, "event")),
  call("POST", "/v1/webhook_endpoints", { api_version: text, description: emptyable(text), enabled_events: required(list(text)), metadata, url: required(url) } satisfies Names<Stripe.WebhookEndpointCreateParams>, ({ world, params }) => {
    const row = {
      id: newId("we"), object: "webhook_endpoint" as const, api_version: params.api_version ?? API_VERSION, application: null, created: world.now(), description: params.description ?? null, enabled_events: params.enabled_events,
      livemode: false, metadata: mergeMetadata({}, params.metadata), status: "enabled", url: params.url,
    };
    const secret = newId("whsec", 32);
    world.tables.webhook_endpoints.put(row.id, row);
    world.hide(row.id, { page: { secret } });
    return { ...row, secret };
  }),
  call("GET", "/v1/webhook_endpoints", PAGE, ({ world, params }) => listPage(world.tables.webhook_endpoints, "/v1/webhook_endpoints", params)),
  call("GET", "/v1/webhook_endpoints/:id", {}, ({ world, id }) => requireRow(world.tables.webhook_endpoints, id, "webhook_endpoint")),
  call("POST", "/v1/webhook_endpoints/:id", { description: emptyable(text), disabled: flag, enabled_events: list(text), metadata, url } satisfies Names<Stripe.WebhookEndpointUpdateParams>, ({ world, id, params }) => {
    requireRow(world.tables.webhook_endpoints, id, "webhook_endpoint");
    const { metadata: given, disabled, ...rest } = params;
    return world.tables.webhook_endpoints.edit(id, (row) => Object.assign(row, rest, { metadata: mergeMetadata(row.metadata, given) }, disabled === undefined ? {} : { status: disabled ? "disabled" : "enabled" }));
  }),
  call("DELETE", "/v1/webhook_endpoints/:id", {}, ({ world, id }) => {
    requireRow(world.tables.webhook_endpoints, id, "webhook_endpoint");
    world.tables.webhook_endpoints.remove(id);
    return { id, object: "webhook_endpoint", deleted: true };
  }),
];

/** `customer.subscription.*` stands for all of them. */
export function isOfType(type: string, asked: string): boolean {
  return asked === "*" || type === asked || (asked.endsWith(".*") && type.startsWith(asked.slice(0, -1)));
}
