/** What a contract asks of Stripe, and of the customer's mail. Pure. */
import type { SubscriptionStatus } from "@/lib/billing/account/state";
import { isLive } from "@/lib/billing/account/state";
import type { PlanId } from "@/lib/billing/plans";

/** `invoice`: sent, to be paid within `daysUntilDue` days. `outside`: Stripe has no part in it. */
export const PAYMENTS = ["card", "invoice", "outside"] as const;
export type Payment = (typeof PAYMENTS)[number];

export type Contract = {
  /** US cents a month. */
  priceCents: number; payment: Payment; daysUntilDue: number | null; startsAt: Date; endsAt: Date | null; terms: string;
  /** Who of staff ended it. */
  endedBy: string | null;
  updatedAt: Date;
  /** The `updatedAt` that the customer was told of, and that Stripe has. */
  toldAt: Date | null; appliedAt: Date | null;
};

/** `coming`: agreed and not begun. */
export type ContractState = "coming" | "in_force" | "over";

export function stateOf({ startsAt, endsAt }: Pick<Contract, "startsAt" | "endsAt">, now: Date): ContractState {
  if (endsAt !== null && endsAt <= now) return "over";
  return startsAt <= now ? "in_force" : "coming";
}

/** A subscription as Stripe has it. */
export type Sold = {
  status: SubscriptionStatus; planId: PlanId | null; priceCents: number | null; hasOverageItem: boolean;
  collection: string; daysUntilDue: number | null; cancels: boolean; periodEnd: Date | null;
};

/** `wait`: nothing can be done now. `change`: `prorate` charges the rest of the period, `replace` gives the plan's item another price. */
export type Step =
  | { kind: "none" } | { kind: "wait"; problem: string } | { kind: "create" } | { kind: "cancel" }
  | { kind: "change"; replace: boolean; prorate: boolean; addOverage: boolean; cancels: boolean };

export const NO_CARD = "The customer has no card at Stripe yet. Its owner adds one on the billing page.";

/** What has to be done at Stripe so that it has what was agreed. @param overage whether a price past the quota was agreed */
export function stepFor(contract: Contract, overage: boolean, sold: Sold | null, hasCard: boolean, now: Date): Step {
  const live = sold && isLive(sold.status) ? sold : null;
  const inForce = stateOf(contract, now) === "in_force";
  if (!inForce || contract.payment === "outside") {
    // What else the customer buys after a contract is theirs; what they bought before one that is paid elsewhere would be paid twice.
    return live && !live.cancels && (inForce || live.planId === "enterprise") ? { kind: "cancel" } : { kind: "none" };
  }
  if (!live) return contract.payment === "card" && !hasCard ? { kind: "wait", problem: NO_CARD } : { kind: "create" };
  const step = {
    kind: "change" as const,
    replace: live.planId !== "enterprise" || live.priceCents !== contract.priceCents,
    // Another plan is changed for the contract at once; new terms of a contract begin with the next period.
    prorate: live.planId !== "enterprise",
    addOverage: overage && !live.hasOverageItem,
    // The last month that is paid.
    cancels: contract.endsAt !== null && live.periodEnd !== null && contract.endsAt <= live.periodEnd,
  };
  const sameWay = live.collection === collectionOf(contract) && (contract.payment === "card" || live.daysUntilDue === contract.daysUntilDue);
  return step.replace || step.addOverage || step.cancels !== live.cancels || !sameWay || live.status === "trialing" ? step : { kind: "none" };
}

export function collectionOf({ payment }: Pick<Contract, "payment">): "charge_automatically" | "send_invoice" {
  return payment === "invoice" ? "send_invoice" : "charge_automatically";
}

/** Which mail tells of how a contract stands, and the key that names what it tells; null: there is nothing to tell. */
export function mailDue(contract: Contract, now: Date): { kind: "contract_started" | "contract_changed" | "contract_ends"; key: string } | null {
  const { startsAt, endsAt, endedBy, updatedAt, toldAt } = contract;
  const state = stateOf(contract, now);
  const ends = { kind: "contract_ends" as const, key: `contract_ends:${endsAt?.toISOString()}` };
  // Whoever was never told that it began need not hear that it is over.
  if (state === "coming" || (state === "over" && toldAt === null)) return null;
  if (state === "over") return ends;
  if (toldAt === null) return { kind: "contract_started", key: `contract_started:${startsAt.toISOString()}` };
  if (toldAt.getTime() === updatedAt.getTime()) return null;
  return endedBy === null ? { kind: "contract_changed", key: `contract_changed:${updatedAt.toISOString()}` } : ends;
}
