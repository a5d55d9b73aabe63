/** `Tue 24 Nov 2026, 09:00` on the clocks of a zone. `at` is an ISO 8601 instant, `timeZone` a name of the IANA's. */
export function zonedTime(at: string, timeZone: string): string {
  return new Intl.DateTimeFormat("en-GB", { weekday: "short", day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit", timeZone }).format(new Date(at));
}
