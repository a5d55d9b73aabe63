const dayFormat = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", timeZone: "UTC" });
const fullFormat = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });

/** A period by its first and its last day: `1 Nov to 30 Nov 2026`. */
export function periodWords({ start, end }: { start: string; end: string }): string {
  return `${dayFormat.format(new Date(start))} to ${fullFormat.format(new Date(Date.parse(end) - 1))}`;
}
