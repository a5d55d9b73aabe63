import { MICROS_PER_DOLLAR } from "@/lib/core/money";
import { HOUR_MS, MINUTE_MS, SECOND_MS } from "@/lib/core/time";

/** How people read Stint's numbers. Pure and always in en-US, so that server and browser print the same characters. */

const whole = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });
const oneDigit = new Intl.NumberFormat("en-US", { maximumFractionDigits: 1 });
const twoDigits = new Intl.NumberFormat("en-US", { maximumFractionDigits: 2 });
// What is nothing has no sign, however it came about.
const dollarsAndCents = new Intl.NumberFormat("en-US", { style: "currency", currency: "USD", signDisplay: "negative" });
const dollars = new Intl.NumberFormat("en-US", { style: "currency", currency: "USD", maximumFractionDigits: 0, signDisplay: "negative" });
/** As typographers write it, and so that no line breaks behind it. */
const MINUS = "−";

function twoPlaces(value: number): string {
  return String(value).padStart(2, "0");
}

/**
 * A duration as people say it: `850ms`, `3.2s`, `12m 04s`, `1h 02m`.
 * Cut, never rounded up, so that nothing reads longer than it was.
 * @param ms milliseconds, zero or more
 */
export function formatDuration(ms: number): string {
  const total = Math.max(0, Math.floor(ms));
  if (total < SECOND_MS) return `${total}ms`;
  if (total < MINUTE_MS) return `${(Math.floor(total / 100) / 10).toFixed(1)}s`;
  if (total < HOUR_MS) return `${Math.floor(total / MINUTE_MS)}m ${twoPlaces(Math.floor((total % MINUTE_MS) / SECOND_MS))}s`;
  return `${whole.format(Math.floor(total / HOUR_MS))}h ${twoPlaces(Math.floor((total % HOUR_MS) / MINUTE_MS))}m`;
}

/** A number of minutes without its unit, for "31.4 of 100 min". See {@link formatMinutesOf}. */
export function formatMinutesNumber(ms: number): string {
  const minutes = Math.max(0, ms) / MINUTE_MS;
  if (minutes > 0 && minutes < 0.01) return "<0.01";
  if (minutes < 1) return twoDigits.format(minutes);
  return oneDigit.format(minutes);
}

/**
 * Agent-minutes: `12.1 min`, `0.05 min`, `1,000 min`.
 * @param ms milliseconds
 */
export function formatMinutesOf(ms: number): string {
  return `${formatMinutesNumber(ms)} min`;
}

function money(value: number, format: Intl.NumberFormat): string {
  return format.format(value).replace("-", MINUS);
}

/**
 * Money kept in micro-dollars: `$1.37`, `−$0.50`; two significant digits where cents would hide it: `$0.012`, `$0.0004`.
 * @param micros millionths of a US dollar
 */
export function formatMoneyMicros(micros: number): string {
  const value = micros / MICROS_PER_DOLLAR;
  const size = Math.abs(value);
  if (size === 0 || size >= 0.1) return money(value, dollarsAndCents);
  // 0.05 has its first digit in the 2nd place; two significant digits need one place more.
  const places = Math.min(6, Math.max(2, Math.ceil(-Math.log10(size)) + 1));
  const text = size.toFixed(places).replace(/0+$/, "");
  const [integer = "0", fraction = ""] = text.split(".");
  return `${value < 0 ? MINUS : ""}$${integer}.${fraction.padEnd(2, "0")}`;
}

/**
 * Money kept in US cents, everywhere, as on an invoice: `$49.00`, `−$3.20`.
 * @param amountCents US cents
 */
export function formatMoneyCents(amountCents: number): string {
  return money(amountCents / 100, dollarsAndCents);
}

/**
 * What is asked for a plan, as on a price tag: `$49`, `$149.50`. For lists of plans; an amount that somebody pays has its cents.
 * @param priceCents US cents
 */
export function formatPriceTag(priceCents: number): string {
  return priceCents % 100 === 0 ? money(priceCents / 100, dollars) : formatMoneyCents(priceCents);
}

/** What may be less than nothing, like a correction, through a format that takes no sign: `-4m 00s`. */
export function formatSigned(value: number, format: (size: number) => string): string {
  return value < 0 ? `-${format(-value)}` : format(value);
}

/** A count: `1,204`. */
export function formatCount(count: number): string {
  return whole.format(count);
}

/** A share as a percentage: 0.314 is `31 %`; what is more than nothing and less than one per cent is `<1 %`. Cut, so that 99.9 % is never shown as 100 %. */
export function formatPercent(share: number): string {
  if (share > 0 && share < 0.01) return "<1 %";
  return `${whole.format(Math.floor(share * 100 + 1e-9))} %`;
}

/** What a gauge or a chart measures: milliseconds as minutes, plain counts, micro-dollars, or tokens. */
export type Measure = "minutes" | "calls" | "money" | "tokens";

/** A value of a measure with its unit: `12.1 min`, `1,204 calls`, `$1.37`, `310 tokens`. */
export function formatMeasure(value: number, measure: Measure): string {
  if (measure === "minutes") return formatMinutesOf(value);
  if (measure === "money") return formatMoneyMicros(value);
  return value === 1 ? `1 ${measure.slice(0, -1)}` : `${formatCount(value)} ${measure}`;
}

/** A value of a measure without its unit, where the unit stands once beside several values. */
export function formatMeasureNumber(value: number, measure: Measure): string {
  if (measure === "minutes") return formatMinutesNumber(value);
  if (measure === "money") return formatMoneyMicros(value);
  return formatCount(value);
}

const short = new Intl.NumberFormat("en-US", { notation: "compact", maximumFractionDigits: 1 });
const shortDollars = new Intl.NumberFormat("en-US", { notation: "compact", maximumFractionDigits: 1, style: "currency", currency: "USD" });
/** From here on an axis has no room for every digit. */
const SHORT_FROM = 10_000;

/** A value at an axis, in a few characters: `12.1`, `25K`, `2.5M`, `$1.37`, `$12K`. */
export function formatTick(value: number, measure: Measure): string {
  const shown = measure === "minutes" ? value / MINUTE_MS : measure === "money" ? value / MICROS_PER_DOLLAR : value;
  if (Math.abs(shown) < SHORT_FROM) return formatMeasureNumber(value, measure);
  return money(shown, measure === "money" ? shortDollars : short);
}

const UNITS: Record<Measure, string> = { minutes: "ms", calls: "calls", money: "micro-dollars", tokens: "tokens" };

/** A value to its last digit, as it is counted: `724,240 ms`, `1,370,000 micro-dollars`. For a hover. */
export function formatExact(value: number, measure: Measure): string {
  return `${value.toLocaleString("en-US")} ${UNITS[measure]}`;
}
