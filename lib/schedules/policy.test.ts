import { describe, expect, test } from "vitest";
import { nextTime, nextTimes, timingFault } from "@/lib/schedules/policy";

const times = (cron: string, timeZone: string, after: string, count: number): string[] => nextTimes({ cron, timeZone }, new Date(after), count).map((time) => time.toISOString().replace(":00.000Z", "Z"));

describe("when a schedule is due", () => {
  test.each([
    ["every day at nine, in winter and in summer", "0 9 * * *", "Europe/Berlin", "2026-03-27T12:00:00Z", ["2026-03-28T08:00Z", "2026-03-29T07:00Z"]],
    ["at a time that the clocks skip, once they have", "30 2 * * *", "Europe/Berlin", "2026-03-28T12:00:00Z", ["2026-03-29T01:30Z", "2026-03-30T00:30Z"]],
    ["at a midnight that the clocks skip", "0 0 * * *", "America/Sao_Paulo", "2018-11-03T12:00:00Z", ["2018-11-04T03:00Z", "2018-11-05T02:00Z"]],
    ["every half hour over the hour that is not there", "*/30 * * * *", "Europe/Berlin", "2026-03-29T00:00:00Z", ["2026-03-29T00:30Z", "2026-03-29T01:00Z", "2026-03-29T01:30Z"]],
    ["at a time that comes twice, once", "30 2 * * *", "Europe/Berlin", "2026-10-24T12:00:00Z", ["2026-10-25T00:30Z", "2026-10-26T01:30Z"]],
    ["every half hour in both turns of an hour", "*/30 * * * *", "Europe/Berlin", "2026-10-24T23:40:00Z", ["2026-10-25T00:00Z", "2026-10-25T00:30Z", "2026-10-25T01:00Z", "2026-10-25T01:30Z", "2026-10-25T02:00Z"]],
    ["on working days", "0 9 * * MON-FRI", "America/New_York", "2026-10-30T23:40:00Z", ["2026-11-02T14:00Z", "2026-11-03T14:00Z"]],
    ["on the 29th of February", "0 9 29 2 *", "UTC", "2026-10-30T00:00:00Z", ["2028-02-29T09:00Z", "2032-02-29T09:00Z"]],
    ["on the last day of a month", "0 9 L * *", "UTC", "2026-10-30T00:00:00Z", ["2026-10-31T09:00Z", "2026-11-30T09:00Z"]],
  ])("%s", (_what, cron, zone, after, wanted) => expect(times(cron, zone, after, wanted.length)).toEqual(wanted));

  test("a time is due after the moment asked from, never at it, whatever second it is", () => {
    const timing = { cron: "0 9 * * *", timeZone: "UTC" };
    expect(nextTime(timing, new Date("2026-11-24T09:00:00.000Z")).toISOString()).toBe("2026-11-25T09:00:00.000Z");
    expect(nextTime(timing, new Date("2026-11-24T08:59:59.999Z")).toISOString()).toBe("2026-11-24T09:00:00.000Z");
  });
});

describe("what is no schedule", () => {
  test.each([
    ["0 9 * *", "UTC", "cron"], ["0 0 9 * * *", "UTC", "cron"], ["@daily", "UTC", "cron"], ["60 9 * * *", "UTC", "cron"], ["H 9 * * *", "UTC", "cron"], ["0 9 30 2 *", "UTC", "cron"], ["0 9 * * FUNDAY", "UTC", "cron"],
    ["0 9 * * 0;DROP", "UTC", "cron"], ["0 9 * * *", "Mars/Olympus", "time_zone"], ["0 9 * * *", "+02:00", "time_zone"], ["0 9 * * *", "", "time_zone"],
  ])("%s in %s", (cron, timeZone, param) => expect(timingFault({ cron, timeZone })?.param).toBe(param));

  test.each([["*/5 * * * *", "UTC"], ["0 9 * * THU", "Europe/Berlin"], ["15 3 1 MAR,SEP ?", "Asia/Kolkata"], [" 0  9 * * 1#1 ", "UTC"]])("but %s in %s is one", (cron, timeZone) => expect(timingFault({ cron, timeZone })).toBeNull());
});
