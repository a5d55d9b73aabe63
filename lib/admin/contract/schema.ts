/** What staff's form of a contract sends, and what their page shows of one. Client-safe. */
import { z } from "zod";
import { OVERRIDE_FIELDS, OVERRIDES, readAmount, type Limits, type OverrideField } from "@/lib/admin/schema";

const PAYMENTS = ["card", "invoice", "outside"] as const;
export type Payment = (typeof PAYMENTS)[number];

/** Without these an Enterprise customer could use nothing: its plan has no numbers of its own. */
export const REQUIRED_LIMITS: readonly OverrideField[] = ["minutes_ms", "model_spend_micros", "api_calls"];

const workspace = z.string().min(1).max(64);
const dayOf = (time: string) => z.string().default("").transform((text, context) => {
  if (text === "") return null;
  if (z.iso.date().safeParse(text).success) return new Date(`${text}T${time}Z`);
  context.addIssue({ code: "custom", message: "Choose a day." });
  return null;
});

/** The contract as `staff_set_contract` takes it, with limits as the columns of `tenant_override`. */
export const contractSchema = z.object({
  workspace,
  price: z.string(),
  payment: z.enum(PAYMENTS, "Choose how it is paid."),
  days_until_due: z.string().default(""),
  starts_on: dayOf("00:00:00"),
  last_day: dayOf("23:59:59"),
  terms: z.string().trim(),
  ...Object.fromEntries(OVERRIDE_FIELDS.map((field) => [field, z.string().default("")])) as Record<OverrideField, z.ZodDefault<z.ZodString>>,
}).transform((typed, context) => {
  const fault = (path: string, message: string): void => context.addIssue({ code: "custom", path: [path], message });
  const price = readAmount(typed.price, { each: 100, least: 0 });
  if (price === null) fault("price", "Type the price of a month; 0 for none.");
  else if (typeof price === "object") fault("price", "Type a price in dollars.");
  else if (price > 100_000_000) fault("price", "Use at most $1,000,000.");
  // Looked at here, so that everything that is wrong is told at once.
  if (typed.terms.length < 3) fault("terms", "Say what was agreed; the customer can read it.");
  if (typed.terms.length > 4_000) fault("terms", "Use at most 4,000 characters.");
  const days = /^\d{1,3}$/.test(typed.days_until_due.trim()) ? Number(typed.days_until_due) : null;
  if (typed.payment === "invoice" && (days === null || days < 1 || days > 365)) fault("days_until_due", "Type 1 to 365 days.");
  const now = Date.now();
  // A day that has begun means now: what was agreed cannot reach back.
  const startsAt = typed.starts_on && typed.starts_on.getTime() > now ? typed.starts_on : null;
  if (typed.last_day && typed.last_day.getTime() <= (startsAt?.getTime() ?? now)) fault("last_day", startsAt ? "It ends before it begins." : "It cannot end in the past.");
  const limits: Partial<Record<OverrideField, number>> = {};
  for (const field of OVERRIDE_FIELDS) {
    const amount = readAmount(typed[field], OVERRIDES[field]);
    if (amount !== null && typeof amount === "object") fault(field, amount.problem);
    else if (amount !== null) limits[field] = amount;
    else if (REQUIRED_LIMITS.includes(field)) fault(field, "Enterprise has no number of its own. Type one.");
  }
  return {
    workspace: typed.workspace, limits,
    contract: {
      price_cents: typeof price === "number" ? price : 0, payment: typed.payment, days_until_due: typed.payment === "invoice" ? days : null,
      starts_at: startsAt?.toISOString() ?? null, ends_at: typed.last_day?.toISOString() ?? null, terms: typed.terms,
    },
  };
});
export type ContractInput = z.output<typeof contractSchema>;

/** `period`: with the period that is running. */
export const endContractSchema = z.object({ workspace, when: z.enum(["period", "now"]) });

/** A contract as staff see it. Times as ISO instants, money in US cents. */
export type StaffContract = {
  state: "coming" | "in_force" | "over";
  priceCents: number; payment: Payment; daysUntilDue: number | null; startsAt: string; endsAt: string | null; terms: string;
  setBy: string; updatedAt: string; endedBy: string | null;
  /** Null: the customer was not told of the newest terms yet; Stripe does not have them. */
  toldAt: string | null; appliedAt: string | null; problem: string | null;
  /** What Stripe has. Null: the tenant is no customer there. */
  account: { customerId: string | null; subscriptionId: string | null; status: string; planId: string | null; periodEnd: string | null; cancelAt: string | null; hasCard: boolean } | null;
};

/** The limits that a form begins with: what was agreed so far. */
export function limitsBefore(values: Partial<Limits> | undefined): Partial<Record<OverrideField, string>> {
  return Object.fromEntries(OVERRIDE_FIELDS.flatMap((field) => {
    const value = values?.[field] ?? null;
    return value === null ? [] : [[field, String(value / OVERRIDES[field].each)]];
  }));
}
