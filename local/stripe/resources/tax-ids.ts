import type Stripe from "stripe";
import { call } from "../http/call";
import { ApiError, missing } from "../http/error";
import { oneOf, required, text, type Names } from "../http/kinds";
import { listPage, PAGE } from "../http/list";
import { requireRow } from "../world/change";
import { newId } from "../world/ids";
import type { TaxId } from "../world/wire";
import type { World } from "../world/world";

/** The kinds of tax id that the sandbox knows, with the form of each. */
const FORMS = {
  eu_vat: /^[A-Z]{2}[0-9A-Z+*]{2,12}$/, gb_vat: /^GB(\d{9}|\d{12})$/, us_ein: /^\d{2}-\d{7}$/, ch_vat: /^CHE-?\d{3}\.?\d{3}\.?\d{3}( ?(MWST|TVA|IVA))?$/, no_vat: /^\d{9}MVA$/,
  au_abn: /^\d{11}$/, nz_gst: /^\d{8,9}$/, ca_bn: /^\d{9}$/, ca_gst_hst: /^\d{9}RT\d{4}$/, in_gst: /^[0-9A-Z]{15}$/, jp_trn: /^T\d{13}$/, sg_gst: /^[0-9A-Z]{9,10}$/, br_cnpj: /^\d{2}\.?\d{3}\.?\d{3}\/?\d{4}-?\d{2}$/,
  mx_rfc: /^[A-Z&]{3,4}\d{6}[0-9A-Z]{3}$/, za_vat: /^4\d{9}$/, il_vat: /^\d{9}$/, kr_brn: /^\d{3}-\d{2}-\d{5}$/,
} as const satisfies Partial<Record<string, RegExp>>;
export type TaxIdType = keyof typeof FORMS;
export const TAX_ID_TYPES: readonly TaxIdType[] = ["eu_vat", "gb_vat", "us_ein", "ch_vat", "no_vat", "au_abn", "nz_gst", "ca_bn", "ca_gst_hst", "in_gst", "jp_trn", "sg_gst", "br_cnpj", "mx_rfc", "za_vat", "il_vat", "kr_brn"];
export const TAX_ID_TYPE = oneOf(...TAX_ID_TYPES);

export const taxIdCalls = [
  call("POST", "/v1/customers/:id/tax_ids", { type: required(TAX_ID_TYPE), value: required(text) } satisfies Names<Stripe.CustomerCreateTaxIdParams>, ({ world, id, params }) => {
    requireRow(world.tables.customers, id, "customer");
    return addTaxId(world, id, params.type, params.value);
  }),
  call("GET", "/v1/customers/:id/tax_ids", PAGE, ({ world, id, params }) => {
    requireRow(world.tables.customers, id, "customer");
    return listPage(world.tables.tax_ids, `/v1/customers/${id}/tax_ids`, params, (row) => row.customer === id);
  }),
  call("GET", "/v1/customers/:id/tax_ids/:tax", {}, ({ world, id, second }) => requireTaxId(world, id, second)),
  call("DELETE", "/v1/customers/:id/tax_ids/:tax", {}, ({ world, id, second }) => {
    const row = requireTaxId(world, id, second);
    world.tables.tax_ids.remove(second);
    world.record("customer.tax_id.deleted", row);
    return { id: second, object: "tax_id", deleted: true };
  }),
];

/** Adds a tax id to a customer; the sandbox calls every well-formed one verified. Throws `tax_id_invalid`. */
export function addTaxId(world: World, customer: string, type: TaxIdType, value: string): TaxId {
  const tidy = value.trim().toUpperCase();
  if (!FORMS[type].test(tidy)) throw new ApiError(400, { code: "tax_id_invalid", message: `Invalid value for ${type}.`, param: "value" });
  const row: TaxId = {
    id: newId("txi"), object: "tax_id", country: countryOf(type, tidy), created: world.now(), customer, customer_account: null, livemode: false, owner: { type: "customer", customer, customer_account: null }, type, value: tidy,
    verification: { status: "verified", verified_address: null, verified_name: null },
  };
  world.tables.tax_ids.put(row.id, row);
  world.record("customer.tax_id.created", row);
  return row;
}

function requireTaxId(world: World, customer: string, id: string): TaxId {
  const row = world.tables.tax_ids.get(id);
  if (row?.customer !== customer) throw missing("tax_id", id);
  return row;
}

function countryOf(type: TaxIdType, value: string): string {
  return type === "eu_vat" ? value.slice(0, 2).replace("EL", "GR") : type.slice(0, 2).toUpperCase();
}
