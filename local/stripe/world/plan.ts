type Interval = "day" | "week" | "month" | "year";
export interface PlanItem {
  price?: string;
  quantity?: number;
  price_data?: { currency: string; product: string; recurring: { interval: Interval; interval_count?: number }; unit_amount?: number; unit_amount_decimal?: string };
}
export interface PlanDiscount {
  coupon?: string | null;
  discount?: string | null;
  promotion_code?: string | null;
}

/** What a session was made to sell; kept beside it. */
export interface CheckoutPlan {
  items: PlanItem[];
  trial_period_days?: number;
  trial_end?: number;
  missing_payment_method?: "cancel" | "create_invoice" | "pause";
  description?: string;
  metadata: Record<string, string>;
  discounts: PlanDiscount[];
  updates_address: boolean;
  updates_name: boolean;
  setup_metadata: Record<string, string>;
}
