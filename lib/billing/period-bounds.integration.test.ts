/** The SQL function that says which billing period an instant belongs to, against a model that counts day by day. */
import { describe, expect, test } from "vitest";
import { owner } from "@/e2e/fixtures/workspace";

async function bounds(anchor: string | null, at: string): Promise<[string, string]> {
  const { rows } = await owner().query<{ period_start: Date; period_end: Date }>("SELECT * FROM period_bounds($1, $2)", [anchor, at]);
  return [rows[0]?.period_start.toISOString() ?? "", rows[0]?.period_end.toISOString() ?? ""];
}

describe("periods", () => {
  test.each([
    // No anchor: the calendar month in UTC.
    [null, "2026-11-23T12:00:00Z", "2026-11-01", "2026-12-01"],
    [null, "2026-12-31T23:59:59.999Z", "2026-12-01", "2027-01-01"],
    [null, "2027-01-01T00:00:00Z", "2027-01-01", "2027-02-01"],
    // An anchor on the 31st falls on a short month's last day and comes back to the 31st.
    ["2026-01-31T00:00:00Z", "2026-02-27T23:59:59.999Z", "2026-01-31", "2026-02-28"],
    ["2026-01-31T00:00:00Z", "2026-02-28T00:00:00Z", "2026-02-28", "2026-03-31"],
    ["2026-01-31T00:00:00Z", "2026-04-30T00:00:00Z", "2026-04-30", "2026-05-31"],
    ["2026-01-30T00:00:00Z", "2026-03-01T00:00:00Z", "2026-02-28", "2026-03-30"],
    ["2026-01-29T00:00:00Z", "2026-02-28T12:00:00Z", "2026-02-28", "2026-03-29"],
    // A leap year, and the year after an anchor on its leap day.
    ["2026-01-31T00:00:00Z", "2028-02-29T00:00:00Z", "2028-02-29", "2028-03-31"],
    ["2028-02-29T00:00:00Z", "2029-02-28T00:00:00Z", "2029-02-28", "2029-03-29"],
    ["2028-02-29T00:00:00Z", "2029-02-27T23:59:59Z", "2029-01-29", "2029-02-28"],
    // Before the anchor there were periods too.
    ["2026-11-15T00:00:00Z", "2026-11-14T23:00:00Z", "2026-10-15", "2026-11-15"],
  ])("anchor %s: %s is in %s to %s", async (anchor, at, start, end) => {
    expect(await bounds(anchor, at)).toEqual([`${start}T00:00:00.000Z`, `${end}T00:00:00.000Z`]);
  });

  test("the time of day of the anchor is kept", async () => {
    expect(await bounds("2026-01-31T17:30:15.250Z", "2026-02-28T17:30:15.249Z")).toEqual(["2026-01-31T17:30:15.250Z", "2026-02-28T17:30:15.250Z"]);
    expect(await bounds("2026-01-31T17:30:15.250Z", "2026-02-28T17:30:15.250Z")).toEqual(["2026-02-28T17:30:15.250Z", "2026-03-31T17:30:15.250Z"]);
  });

  test("agree with the model for thousands of anchors and instants, whatever the session's time zone", async () => {
    const random = seeded(20261123);
    const cases = Array.from({ length: 4_000 }, () => {
      const anchor = new Date(Date.UTC(2020 + Math.floor(random() * 10), Math.floor(random() * 12), 1 + Math.floor(random() * 31), Math.floor(random() * 24), Math.floor(random() * 60)));
      return { anchor, at: new Date(anchor.getTime() + Math.floor((random() * 6 - 1) * 366 * 86_400_000)) };
    });
    const client = await owner().connect();
    try {
      await client.query("SET TIME ZONE 'America/New_York'");
      const { rows } = await client.query<{ period_start: Date; period_end: Date }>(
        "SELECT b.* FROM unnest($1::timestamptz[], $2::timestamptz[]) WITH ORDINALITY AS c (anchor, at, n) CROSS JOIN LATERAL period_bounds(c.anchor, c.at) b ORDER BY c.n",
        [cases.map(({ anchor }) => anchor), cases.map(({ at }) => at)],
      );
      for (const [n, { anchor, at }] of cases.entries()) {
        const row = rows[n];
        const label = `anchor ${anchor.toISOString()}, at ${at.toISOString()}`;
        expect([row?.period_start.toISOString(), row?.period_end.toISOString()], label).toEqual(model(anchor, at));
      }
    } finally {
      await client.query("RESET TIME ZONE");
      client.release();
    }
  });
});

/** Walks from border to border, each counted from the anchor, until the instant lies between two. */
function model(anchor: Date, at: Date): [string, string] {
  let month = at < anchor ? Math.floor((at.getTime() - anchor.getTime()) / (28 * 86_400_000)) - 2 : 0;
  while (border(anchor, month + 1) <= at) month += 1;
  return [border(anchor, month).toISOString(), border(anchor, month + 1).toISOString()];
}

function border(anchor: Date, months: number): Date {
  const first = new Date(Date.UTC(anchor.getUTCFullYear(), anchor.getUTCMonth() + months, 1));
  const days = new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 0)).getUTCDate();
  const day = Math.min(anchor.getUTCDate(), days);
  return new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth(), day) + (anchor.getTime() % 86_400_000));
}

/** The same numbers every time, so that what fails once fails again. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return state / 4_294_967_296;
  };
}
