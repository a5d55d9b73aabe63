import { DAY_MS, HOUR_MS, MINUTE_MS } from "@/lib/core/time";

const utc = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit", timeZone: "UTC" });

/** `23 Nov 2026, 19:54 UTC`: what a server can say without knowing where the reader is. `at` is an ISO 8601 instant. */
export function absoluteUtc(at: string): string {
  return `${utc.format(new Date(at))} UTC`;
}

/** Date and time in the zone of whoever calls; `full` adds seconds and the zone's name. */
export function absoluteTime(at: string, detail: "short" | "full" = "short"): string {
  const options: Intl.DateTimeFormatOptions = { day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit" };
  if (detail === "full") Object.assign(options, { second: "2-digit", timeZoneName: "short" });
  return new Intl.DateTimeFormat("en-GB", options).format(new Date(at));
}

/** `just now`, `4 min ago`, `3 h ago` within a day on either side of `nowMs`; the absolute time otherwise. */
export function relativeTime(at: string, nowMs: number): string {
  const distance = nowMs - Date.parse(at);
  const size = Math.abs(distance);
  if (size >= DAY_MS) return absoluteTime(at);
  if (size < MINUTE_MS) return distance < -10_000 ? "in a moment" : "just now";
  const amount = size < HOUR_MS ? `${Math.floor(size / MINUTE_MS)} min` : `${Math.floor(size / HOUR_MS)} h`;
  return distance > 0 ? `${amount} ago` : `in ${amount}`;
}
