import type Stripe from "stripe";
import { call, type Asked } from "../http/call";
import { ApiError, invalid } from "../http/error";
import { clearable, count, decimal, flag, integer, list, mergeMetadata, metadata, object, oneOf, required, text, type Names, type Read } from "../http/kinds";
import { listPage, PAGE_CREATED } from "../http/list";
import { create, requireRow, update } from "../world/change";
import { newId } from "../world/ids";
import type { Price } from "../world/wire";
import type { World } from "../world/world";
import { makePrice } from "./make-price";

export const recurring = object({ interval: required(oneOf("day", "week", "month", "year")), interval_count: integer, usage_type: oneOf("licensed", "metered"), meter: text });
const toCreate = {
  currency: required(text), active: flag, billing_scheme: oneOf("per_unit"), lookup_key: text, metadata, nickname: text, product: text,
  product_data: object({ name: required(text), id: text, metadata, tax_code: text, unit_label: text }), recurring, tax_behavior: oneOf("exclusive", "inclusive", "unspecified"),
  transfer_lookup_key: flag, unit_amount: count, unit_amount_decimal: decimal,
} satisfies Names<Stripe.PriceCreateParams>;
const toUpdate = { active: flag, lookup_key: clearable, metadata, nickname: clearable, tax_behavior: oneOf("exclusive", "inclusive", "unspecified"), transfer_lookup_key: flag } satisfies Names<Stripe.PriceUpdateParams>;
const toList = {
  ...PAGE_CREATED, active: flag, currency: text, lookup_keys: list(text), product: text, type: oneOf("one_time", "recurring"),
  recurring: object({ interval: oneOf("day", "week", "month", "year"), usage_type: oneOf("licensed", "metered"), meter: text }),
} satisfies Names<Stripe.PriceListParams>;

export const priceCalls = [
  call("POST", "/v1/prices", toCreate, createPrice),
  call("GET", "/v1/prices", toList, ({ world, params }) =>
    listPage(world.tables.prices, "/v1/prices", params, (row) =>
      !world.hidden(row.id).is_inline && (params.active === undefined || row.active === params.active) && (!params.currency || row.currency === params.currency) && (!params.product || row.product === params.product) &&
      (!params.type || row.type === params.type) && (!params.lookup_keys || (row.lookup_key !== null && params.lookup_keys.includes(row.lookup_key))) &&
      (!params.recurring?.interval || row.recurring?.interval === params.recurring.interval) && (!params.recurring?.usage_type || row.recurring?.usage_type === params.recurring.usage_type) &&
      (!params.recurring?.meter || row.recurring?.meter === params.recurring.meter))),
  call("GET", "/v1/prices/:id", {}, ({ world, id }) => requireRow(world.tables.prices, id, "price")),
  call("POST", "/v1/prices/:id", toUpdate, ({ world, id, params }) => {
    requireRow(world.tables.prices, id, "price");
    const { metadata: given, transfer_lookup_key: transfers, ...rest } = params;
    if (params.lookup_key) takeLookupKey(world, params.lookup_key, transfers, id);
    return update(world, world.tables.prices, id, "price.updated", (row) => Object.assign(row, rest, { metadata: mergeMetadata(row.metadata, given) }));
  }),
];

function createPrice({ world, params }: Asked<Read<typeof toCreate>>): Price {
  if ((params.product === undefined) === (params.product_data === undefined)) {
    throw invalid(params.product === undefined ? "You must specify either `product` or `product_data` when creating a price." : "You may only specify one of these parameters: product, product_data.", "product");
  }
  let product = params.product;
  if (params.product_data) {
    const { name, id = newId("prod", 14), metadata: given, tax_code = null, unit_label = null } = params.product_data;
    product = id;
    create(world, world.tables.products, {
      id, object: "product", active: true, created: world.now(), default_price: null, description: null, images: [], livemode: false, marketing_features: [], metadata: mergeMetadata({}, given), name,
      package_dimensions: null, shippable: null, statement_descriptor: null, tax_code, tax_details: null, type: "service", unit_label, updated: world.now(), url: null,
    }, "product.created");
  }
  if (params.lookup_key) takeLookupKey(world, params.lookup_key, params.transfer_lookup_key);
  return create(world, world.tables.prices, makePrice(world, { ...params, product: product ?? "" }), "price.created");
}

function takeLookupKey(world: World, key: string, transfers: boolean | undefined, except?: string): void {
  const holder = world.tables.prices.all().find((row) => row.lookup_key === key && row.id !== except);
  if (!holder) return;
  if (!transfers) throw new ApiError(400, { message: `A price (${holder.id}) already uses that lookup key.`, param: "lookup_key", code: "resource_already_exists" });
  update(world, world.tables.prices, holder.id, "price.updated", (row) => (row.lookup_key = null));
}
