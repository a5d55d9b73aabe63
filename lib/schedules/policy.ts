/** When a cron expression is due, on the clocks of a time zone. Pure. */
import { CronExpressionParser } from "cron-parser";
import { HOUR_MS } from "@/lib/core/time";

export type Timing = { cron: string; timeZone: string };
export type TimingFault = { param: "cron" | "time_zone"; message: string };

/** `H` would be another minute at every look. */
const FIELD = /^(?!.*(^|[,/-])H)[\dA-Z*,/#?-]+$/i;
/** Longer than any clock is put back by. */
const LONGEST_REPEAT_MS = 3 * HOUR_MS;

/** What is wrong with a schedule's times, or null. */
export function timingFault(timing: Timing): TimingFault | null {
  if (!isTimeZone(timing.timeZone)) return { param: "time_zone", message: "This is no time zone of the IANA's, such as Europe/Berlin or UTC." };
  const parts = timing.cron.trim().split(/\s+/);
  if (parts.length !== 5) return { param: "cron", message: "Use five fields: minute, hour, day of month, month, day of week, such as `0 9 * * MON-FRI`." };
  if (!parts.every((part) => FIELD.test(part))) return { param: "cron", message: "Use numbers, names of months and days, and * , - / # in the fields." };
  try {
    nextTime(timing, new Date());
    return null;
  } catch {
    // The parser's own words are about its inside; an expression that never comes is refused by it, too.
    return { param: "cron", message: "This expression is not valid, or its day never comes." };
  }
}

/**
 * The first time after `after` that the expression is due. On the day on which clocks go forward a time that they skip is
 * due when they have; where they go back a fixed hour that comes twice is due once.
 */
export function nextTime({ cron, timeZone }: Timing, after: Date): Date {
  // Looked at from before a repeated hour: whether its first turn has been is not known within it.
  const times = CronExpressionParser.parse(cron, { tz: timeZone, currentDate: new Date(after.getTime() - LONGEST_REPEAT_MS) });
  for (;;) {
    const time = times.next().toDate();
    if (time > after) return time;
  }
}

/** The next `count` times after `after`. */
export function nextTimes(timing: Timing, after: Date, count: number): Date[] {
  const times: Date[] = [];
  for (let last = after; times.length < count; ) times.push((last = nextTime(timing, last)));
  return times;
}

/** A zone's offset, such as +02:00, is none: it does not follow summer time. */
function isTimeZone(name: string): boolean {
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    // How Intl says that it does not know the name.
    return false;
  }
}
