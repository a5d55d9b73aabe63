import type Stripe from "stripe";
import { call } from "../http/call";
import { ApiError, invalid, missingParameter } from "../http/error";
import { count, flag, integer, mergeMetadata, metadata, object, oneOf, percent, required, text, type Names } from "../http/kinds";
import { listPage, PAGE_CREATED } from "../http/list";
import { create, requireRow, update } from "../world/change";
import { newId } from "../world/ids";

const toCreate = {
  amount_off: count, currency: oneOf("usd"), duration: oneOf("forever", "once", "repeating"), duration_in_months: integer, id: text, max_redemptions: integer, metadata, name: text, percent_off: percent, redeem_by: integer,
} satisfies Names<Stripe.CouponCreateParams>;
const toCreateCode = {
  promotion: required(object({ type: required(oneOf("coupon")), coupon: text })), active: flag, code: text, customer: text, expires_at: integer, max_redemptions: integer, metadata,
  restrictions: object({ first_time_transaction: flag, minimum_amount: count, minimum_amount_currency: oneOf("usd") }),
} satisfies Names<Stripe.PromotionCodeCreateParams>;

export const couponCalls = [
  call("POST", "/v1/coupons", toCreate, ({ world, params }) => {
    if ((params.percent_off === undefined) === (params.amount_off === undefined)) throw invalid("You must pass either percent_off or amount_off.", "percent_off");
    if (params.amount_off !== undefined && !params.currency) throw new ApiError(400, { code: "parameter_missing", message: "You must pass currency when passing amount_off", param: "currency" });
    if ((params.duration === "repeating") !== (params.duration_in_months !== undefined)) throw invalid("duration_in_months goes with duration=repeating", "duration_in_months");
    const id = params.id ?? newId("", 8).slice(1);
    if (world.tables.coupons.get(id)) throw new ApiError(400, { code: "resource_already_exists", message: `Coupon already exists: ${id}`, param: "id" });
    return create(world, world.tables.coupons, {
      id, object: "coupon", amount_off: params.amount_off ?? null, created: world.now(), currency: params.currency ?? null, duration: params.duration ?? "once", duration_in_months: params.duration_in_months ?? null,
      livemode: false, max_redemptions: params.max_redemptions ?? null, metadata: mergeMetadata({}, params.metadata), name: params.name ?? null, percent_off: params.percent_off ?? null, redeem_by: params.redeem_by ?? null,
      times_redeemed: 0, valid: true,
    }, "coupon.created");
  }),
  call("GET", "/v1/coupons", PAGE_CREATED, ({ world, params }) => listPage(world.tables.coupons, "/v1/coupons", params)),
  call("GET", "/v1/coupons/:id", {}, ({ world, id }) => requireRow(world.tables.coupons, id, "coupon")),
  call("POST", "/v1/coupons/:id", { metadata, name: text }, ({ world, id, params }) => {
    requireRow(world.tables.coupons, id, "coupon");
    return update(world, world.tables.coupons, id, "coupon.updated", (row) => Object.assign(row, { name: params.name ?? row.name, metadata: mergeMetadata(row.metadata ?? {}, params.metadata) }));
  }),
  call("DELETE", "/v1/coupons/:id", {}, ({ world, id }) => {
    const row = requireRow(world.tables.coupons, id, "coupon");
    // Discounts that were made of it go on, so it stays, unusable.
    update(world, world.tables.coupons, id, null, (each) => (each.valid = false));
    world.record("coupon.deleted", row);
    return { id, object: "coupon", deleted: true };
  }),
  call("POST", "/v1/promotion_codes", toCreateCode, ({ world, params }) => {
    const coupon = params.promotion.coupon;
    if (!coupon || !world.tables.coupons.get(coupon)) throw missingParameter("coupon", coupon ?? "", "promotion[coupon]");
    const code = params.code ?? newId("", 8).slice(1).toUpperCase();
    if (world.tables.promotion_codes.all().some((row) => row.active && row.code.toLowerCase() === code.toLowerCase())) throw new ApiError(400, { code: "resource_already_exists", message: `An active promotion code with \`code: ${code}\` already exists.`, param: "code" });
    return create(world, world.tables.promotion_codes, {
      id: newId("promo"), object: "promotion_code", active: params.active ?? true, code, created: world.now(), customer: params.customer ?? null, customer_account: null, expires_at: params.expires_at ?? null, livemode: false,
      max_redemptions: params.max_redemptions ?? null, metadata: mergeMetadata({}, params.metadata), promotion: { coupon, type: "coupon" },
      restrictions: { first_time_transaction: params.restrictions?.first_time_transaction ?? false, minimum_amount: params.restrictions?.minimum_amount ?? null, minimum_amount_currency: params.restrictions?.minimum_amount_currency ?? null },
      times_redeemed: 0,
    }, "promotion_code.created");
  }),
  call("GET", "/v1/promotion_codes", { ...PAGE_CREATED, active: flag, code: text, coupon: text, customer: text } satisfies Names<Stripe.PromotionCodeListParams>, ({ world, params }) =>
    listPage(world.tables.promotion_codes, "/v1/promotion_codes", params, (row) =>
      (params.active === undefined || row.active === params.active) && (!params.code || row.code.toLowerCase() === params.code.toLowerCase()) && (!params.coupon || row.promotion.coupon === params.coupon) && (!params.customer || row.customer === params.customer))),
  call("GET", "/v1/promotion_codes/:id", {}, ({ world, id }) => requireRow(world.tables.promotion_codes, id, "promotion code")),
  call("POST", "/v1/promotion_codes/:id", { active: flag, metadata } satisfies Names<Stripe.PromotionCodeUpdateParams>, ({ world, id, params }) => {
    requireRow(world.tables.promotion_codes, id, "promotion code");
    return update(world, world.tables.promotion_codes, id, "promotion_code.updated", (row) => Object.assign(row, { active: params.active ?? row.active, metadata: mergeMetadata(row.metadata ?? {}, params.metadata) }));
  }),
];
