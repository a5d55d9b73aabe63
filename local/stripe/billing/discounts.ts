import { ApiError, invalid, missingParameter } from "../http/error";
import { clearable, emptyable, list, object } from "../http/kinds";
import { addMonths } from "../world/calendar";
import { update } from "../world/change";
import { newId } from "../world/ids";
import type { Coupon, Discount, Line } from "../world/wire";
import type { World } from "../world/world";
import { percentOf } from "./money";

export const discountsKind = emptyable(list(object({ coupon: clearable, discount: clearable, promotion_code: clearable })));
export type DiscountParam = { coupon?: string | null; discount?: string | null; promotion_code?: string | null };

/** Takes a coupon or a promotion code into use for a customer. Throws ApiError when it cannot be used any more. */
export function startDiscounts(world: World, given: DiscountParam[], place: { customer: string; subscription: string | null; checkout_session?: string; invoice?: string }): string[] {
  return given.map((each, index) => {
    if (each.discount) {
      if (!world.tables.discounts.get(each.discount)) throw missingParameter("discount", each.discount, `discounts[${index}][discount]`);
      return each.discount;
    }
    const code = each.promotion_code ? world.tables.promotion_codes.get(each.promotion_code) : undefined;
    if (each.promotion_code && !code) throw missingParameter("promotion code", each.promotion_code, `discounts[${index}][promotion_code]`);
    if (code) requireUsableCode(world, code.id, place.customer);
    const couponId = code?.promotion.coupon ?? each.coupon ?? "";
    const coupon = world.tables.coupons.get(couponId);
    if (!coupon) throw missingParameter("coupon", couponId, `discounts[${index}][coupon]`);
    if (!coupon.valid) throw new ApiError(400, { code: "coupon_expired", message: `Coupon expired: ${coupon.id}`, param: "coupon" });
    redeem(world, coupon, code?.id);
    const row: Discount = {
      id: newId("di"), object: "discount", checkout_session: place.checkout_session ?? null, customer: place.customer, customer_account: null,
      end: coupon.duration === "repeating" ? addMonths(world.now(), coupon.duration_in_months ?? 1) : null, invoice: place.invoice ?? null, invoice_item: null, promotion_code: code?.id ?? null,
      source: { coupon: coupon.id, type: "coupon" }, start: world.now(), subscription: place.subscription, subscription_item: null,
    };
    world.tables.discounts.put(row.id, row);
    if (place.subscription) world.record("customer.discount.created", row);
    return row.id;
  });
}

/** Throws ApiError unless the promotion code may be used by this customer now. */
export function requireUsableCode(world: World, id: string, customer: string | null): void {
  const code = world.tables.promotion_codes.get(id);
  if (!code?.active || (code.expires_at !== null && code.expires_at <= world.now())) throw invalid("This promotion code has expired or is not active.", "promotion_code", "promotion_code_expired");
  if (code.customer !== null && code.customer !== customer) throw invalid("This promotion code is not available to this customer.", "promotion_code");
  if (code.restrictions.first_time_transaction && world.tables.invoices.all().some((row) => row.customer === customer && row.status === "paid" && row.amount_paid > 0)) {
    throw invalid("This promotion code cannot be redeemed because the associated customer has prior transactions.", "promotion_code");
  }
}

/** The discounts of a subscription that are in force; amounts are of this moment. */
export function discountsInForce(world: World, ids: string[], at: number): Discount[] {
  return ids.map((id) => world.tables.discounts.get(id)).filter((row): row is Discount => row !== undefined && (row.end === null || row.end > at));
}

/** Writes on each discountable line what each discount takes off it. Nothing goes below zero. */
export function applyDiscounts(world: World, lines: Pick<Line, "amount" | "discountable" | "discount_amounts">[], discounts: Discount[]): void {
  const eligible = lines.filter((line) => line.discountable && line.amount > 0);
  for (const line of lines) line.discount_amounts = [];
  for (const discount of discounts) {
    const coupon = world.tables.coupons.get(discount.source.coupon);
    if (!coupon) continue;
    const rest = eligible.map((line) => line.amount - (line.discount_amounts ?? []).reduce((sum, each) => sum + each.amount, 0));
    const shares = coupon.percent_off !== null ? rest.map((left) => percentOf(left, coupon.percent_off ?? 0)) : share(coupon.amount_off ?? 0, rest);
    eligible.forEach((line, index) => line.discount_amounts?.push({ amount: shares[index] ?? 0, discount: discount.id }));
  }
}

/** An amount spread over others in their proportion, to the cent. */
function share(amount: number, over: number[]): number[] {
  const whole = over.reduce((sum, each) => sum + each, 0);
  let left = Math.min(amount, whole);
  let base = whole;
  return over.map((each) => {
    const part = base === 0 ? 0 : Math.round((left * each) / base);
    left -= part;
    base -= each;
    return part;
  });
}

function redeem(world: World, coupon: Coupon, code: string | undefined): void {
  update(world, world.tables.coupons, coupon.id, null, (row) => {
    row.times_redeemed++;
    row.valid = row.max_redemptions === null || row.times_redeemed < row.max_redemptions;
  });
  if (code === undefined) return;
  update(world, world.tables.promotion_codes, code, "promotion_code.updated", (row) => {
    row.times_redeemed++;
    if (row.max_redemptions !== null && row.times_redeemed >= row.max_redemptions) row.active = false;
  });
}
