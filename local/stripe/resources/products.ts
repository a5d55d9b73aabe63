import type Stripe from "stripe";
import { call } from "../http/call";
import { ApiError } from "../http/error";
import { clearable, emptyable, flag, list, mergeMetadata, metadata, required, text, url, type Names } from "../http/kinds";
import { listPage, PAGE_CREATED } from "../http/list";
import { create, requireRow, update } from "../world/change";
import { newId } from "../world/ids";
import type { Product } from "../world/wire";

const common = { name: text, active: flag, metadata, images: list(url), tax_code: clearable, url: emptyable(url), unit_label: clearable, statement_descriptor: clearable, description: clearable } satisfies Names<Stripe.ProductUpdateParams>;
const toCreate = { ...common, id: text, name: required(text), description: text, tax_code: text } satisfies Names<Stripe.ProductCreateParams>;

export const productCalls = [
  call("POST", "/v1/products", toCreate, ({ world, params }) => {
    const id = params.id ?? newId("prod", 14);
    if (world.tables.products.get(id)) throw new ApiError(400, { code: "resource_already_exists", message: `Product already exists: ${id}`, param: "id" });
    const now = world.now();
    const product: Product = {
      id, object: "product", active: params.active ?? true, created: now, default_price: null, description: params.description ?? null, images: params.images ?? [], livemode: false,
      marketing_features: [], metadata: mergeMetadata({}, params.metadata), name: params.name, package_dimensions: null, shippable: null, statement_descriptor: params.statement_descriptor ?? null,
      tax_code: params.tax_code ?? null, tax_details: null, type: "service", unit_label: params.unit_label ?? null, updated: now, url: params.url ?? null,
    };
    return create(world, world.tables.products, product, "product.created");
  }),
  call("GET", "/v1/products", { ...PAGE_CREATED, active: flag, ids: list(text) } satisfies Names<Stripe.ProductListParams>, ({ world, params }) =>
    listPage(world.tables.products, "/v1/products", params, (row) => (params.active === undefined || row.active === params.active) && (!params.ids || params.ids.includes(row.id)))),
  call("GET", "/v1/products/:id", {}, ({ world, id }) => requireRow(world.tables.products, id, "product")),
  call("POST", "/v1/products/:id", common, ({ world, id, params }) => {
    requireRow(world.tables.products, id, "product");
    const { metadata: given, ...rest } = params;
    return update(world, world.tables.products, id, "product.updated", (row) => Object.assign(row, rest, { metadata: mergeMetadata(row.metadata, given), updated: world.now() }));
  }),
];
