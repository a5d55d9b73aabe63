import { ApiError, invalid, missingParameter } from "../http/error";
import { mergeMetadata } from "../http/kinds";
import { newId } from "../world/ids";
import type { Price } from "../world/wire";
import type { World } from "../world/world";

type Amounts = { currency: string; unit_amount?: number; unit_amount_decimal?: string; recurring?: { interval: "day" | "week" | "month" | "year"; interval_count?: number; usage_type?: "licensed" | "metered"; meter?: string } };

/** A price from its parameters, checked. It is not stored. */
export function makePrice(world: World, params: Amounts & { product: string; active?: boolean; lookup_key?: string; metadata?: Record<string, string | null> | null; nickname?: string; tax_behavior?: "exclusive" | "inclusive" | "unspecified" }): Price {
  const { unit_amount: whole, unit_amount_decimal: exact, recurring: every } = params;
  if (!world.tables.products.get(params.product)) throw missingParameter("product", params.product, "product");
  if (params.currency !== "usd") throw invalid(`Invalid currency: ${params.currency}. The sandbox has usd only.`, "currency");
  if (whole === undefined && exact === undefined) throw new ApiError(400, { code: "parameter_missing", message: "Missing required param: unit_amount.", param: "unit_amount" });
  if (whole !== undefined && exact !== undefined) throw invalid("You may only specify one of these parameters: unit_amount, unit_amount_decimal.", "unit_amount");
  if (every?.interval_count !== undefined && (every.interval_count < 1 || every.interval_count > 36)) throw invalid("Invalid recurring[interval_count]", "recurring[interval_count]");
  const metered = every?.usage_type === "metered";
  if (metered && every.meter === undefined) throw invalid("Metered prices must be backed by a meter: specify `recurring[meter]`.", "recurring[meter]");
  if (!metered && every?.meter !== undefined) throw invalid("You may only specify `recurring[meter]` when `recurring[usage_type]` is metered.", "recurring[meter]");
  if (every?.meter !== undefined && world.tables.meters.get(every.meter)?.status !== "active") throw missingParameter("meter", every.meter, "recurring[meter]");
  return {
    id: newId("price"), object: "price", active: params.active ?? true, billing_scheme: "per_unit", created: world.now(), currency: params.currency, custom_unit_amount: null, livemode: false,
    lookup_key: params.lookup_key ?? null, metadata: mergeMetadata({}, params.metadata), nickname: params.nickname ?? null, product: params.product,
    recurring: every ? { interval: every.interval, interval_count: every.interval_count ?? 1, meter: every.meter ?? null, trial_period_days: null, usage_type: every.usage_type ?? "licensed" } : null,
    tax_behavior: params.tax_behavior ?? "unspecified", tiers_mode: null, transform_quantity: null, type: every ? "recurring" : "one_time",
    unit_amount: whole ?? (/^-?\d+$/.test(exact ?? "") ? Number(exact) : null), unit_amount_decimal: exact ?? String(whole),
  };
}
