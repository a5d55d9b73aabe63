/** What a period's overage comes to. Pure; sums are BigInt, because milliseconds times a price pass what a number holds exactly. */
import { MICROS_PER_CENT } from "@/lib/core/money";
import { MINUTE_MS } from "@/lib/core/time";

/** What a period's counter charges past its quotas. */
export type Overage = {
  /** Agent-milliseconds. */
  ms: bigint;
  /** Sum of milliseconds times micro-dollars a minute: the price may change within a period. */
  units: bigint;
  /** Model spend, in micro-dollars. */
  modelMicros: bigint;
};

export const NO_OVERAGE: Overage = { ms: 0n, units: 0n, modelMicros: 0n };

const MINUTE = BigInt(MINUTE_MS);
const CENT = BigInt(MICROS_PER_CENT);

/** The minutes' part in micro-dollars, rounded down once over the period. */
export function minutesMicros({ units }: Overage): bigint {
  return units / MINUTE;
}

/** All of it in micro-dollars. */
export function overageMicros(overage: Overage): bigint {
  return minutesMicros(overage) + overage.modelMicros;
}

/** Cents of micro-dollars, half a cent up, as the line of an invoice is rounded. @param micros not negative */
export function centsOf(micros: bigint): number {
  return Number((micros + CENT / 2n) / CENT);
}

/** All of it in cents, rounded once. */
export function overageCents(overage: Overage): number {
  return centsOf(overageMicros(overage));
}
