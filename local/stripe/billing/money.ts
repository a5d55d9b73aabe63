/** Exact arithmetic on cents: fractions of whole numbers, rounded once, half away from zero. */

/** numerator ÷ denominator, rounded half away from zero. The denominator is positive. */
export function divideHalfUp(numerator: bigint, denominator: bigint): number {
  const positive = numerator < 0n ? -numerator : numerator;
  const rounded = (2n * positive + denominator) / (2n * denominator);
  return Number(numerator < 0n ? -rounded : rounded);
}

/** quantity × a price in decimal cents, as a fraction. */
export function multiply(quantity: bigint, decimalCents: string): { numerator: bigint; denominator: bigint } {
  const [whole = "0", places = ""] = decimalCents.split(".");
  return { numerator: quantity * BigInt(whole + places), denominator: 10n ** BigInt(places.length) };
}

/** quantity × a price in decimal cents, in cents. */
export function amountOf(quantity: bigint | number, decimalCents: string): number {
  const { numerator, denominator } = multiply(BigInt(quantity), decimalCents);
  return divideHalfUp(numerator, denominator);
}

/** The part of an amount that falls on `seconds` of `whole` seconds. */
export function prorate(quantity: number, decimalCents: string, seconds: number, whole: number): number {
  const { numerator, denominator } = multiply(BigInt(quantity), decimalCents);
  return divideHalfUp(numerator * BigInt(seconds), denominator * BigInt(whole));
}

/** A percentage of cents; the percentage has at most four places. */
export function percentOf(cents: number, percent: number): number {
  return divideHalfUp(BigInt(cents) * BigInt(Math.round(percent * 10_000)), 1_000_000n);
}

export function formatMoney(cents: number): string {
  const absolute = Math.abs(cents);
  return `${cents < 0 ? "−" : ""}$${Math.floor(absolute / 100).toLocaleString("en-US")}.${String(absolute % 100).padStart(2, "0")}`;
}
