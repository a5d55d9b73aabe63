/**
 * The key of every write at Stripe. It says what is meant, and in whose turn: two clicks for one thing have one key, and
 * whoever asks again after an answer, also after a declined card, has another one.
 */
import { createHash } from "node:crypto";
import type { Turn } from "@/lib/billing/turn/turn";

/** What a turn may do at Stripe. */
export type Deed =
  | "start_trial" | "end_trial" | "open_checkout" | "expire_checkout" | "upgrade" | "switch_trial_plan"
  | "create_schedule" | "set_schedule" | "release_schedule" | "cancel" | "resume" | "end_subscription" | "turn_on_tax" | "drop_change";
/** What the setup makes. */
export type SetupWrite = "create_product" | "update_product" | "create_price" | "create_meter" | "create_portal" | "update_portal";

/** @param parts whatever else tells this write from another of the same deed in the same turn */
export function keyOfDeed({ tenantId, seq }: Pick<Turn, "tenantId" | "seq">, deed: Deed, ...parts: (string | number)[]): string {
  return [deed, tenantId, seq, ...parts].join(":");
}

/** The same settings have the same key; changed ones are another write. */
export function keyOfSetup(write: SetupWrite, name: string, settings: unknown): string {
  return [write, name, createHash("sha256").update(JSON.stringify(settings)).digest("hex").slice(0, 16)].join(":");
}
