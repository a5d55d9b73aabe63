/** The platform's own cap on a day's model spend: trips once, refuses new runs everywhere, and is lifted by staff or the next day. */
import { afterAll, beforeEach, expect, test } from "vitest";
import { endLeftoverRuns, makeSession, makeWorkspace, owner, queueRuns, type Workspace } from "@/e2e/fixtures/workspace";
import { newId } from "@/lib/core/ids";
import { admit, type Admission } from "@/lib/limits/admission";
import { watchBreaker } from "@/lib/limits/breaker";
import { closeDb } from "@/lib/platform/db";
import { createRun } from "@/lib/runs/service";
import { claimRun } from "@/lib/runs/worker/repo";

const clear = () => owner().query("DELETE FROM platform_spend");
const spend = (micros: number) => owner().query("INSERT INTO platform_spend (day, micros) VALUES ((now() AT TIME ZONE 'UTC')::date, $1) ON CONFLICT (day) DO UPDATE SET micros = excluded.micros", [micros]);

let one: Workspace;
beforeEach(async () => {
  await clear();
  await endLeftoverRuns();
  one = await makeWorkspace();
});
afterAll(async () => {
  await clear();
  await endLeftoverRuns();
  await closeDb();
});

async function admissionOf(of: Workspace): Promise<Admission> {
  const answer = await admit({ kind: "user", ...(await makeSession(of.userId)), slug: of.slug }, false);
  if (answer.kind !== "admitted") throw new Error(answer.kind);
  return answer.admission;
}
const start = async () => createRun(await admissionOf(one), { agent: one.agentSlug, input: "One sentence." });
const countRuns = async () => (await owner().query<{ n: number }>("SELECT count(*)::int AS n FROM run WHERE tenant_id = $1", [one.tenantId])).rows[0]?.n;

test("trips once when the day's spend reaches the limit, and no run begins anywhere until staff lift it", async () => {
  await spend(9_999_999);
  expect(await watchBreaker(10)).toBe(false);
  await start();
  await spend(10_000_000);
  const trips = await Promise.all([watchBreaker(10), watchBreaker(10), watchBreaker(10)]);
  expect(trips.filter(Boolean)).toHaveLength(1);
  expect(await watchBreaker(10)).toBe(false);
  await expect(start()).rejects.toMatchObject({ code: "unavailable", status: 503, message: expect.stringContaining("until midnight UTC") as string });
  const refusal: unknown = await start().catch((error: unknown) => error);
  expect(refusal).toHaveProperty("retryAfterS");
  expect((refusal as { retryAfterS: number }).retryAfterS).toBeGreaterThan(0);
  expect((refusal as { retryAfterS: number }).retryAfterS).toBeLessThanOrEqual(300);
  expect(await countRuns()).toBe(1);
  expect(await claimRun("wrk_test", 5_000, 100)).toBeNull();

  const staff = newId("usr");
  await owner().query("INSERT INTO user_account (id, email, name, is_staff) VALUES ($1, $2, 'Staff', true)", [staff, `${staff}@test.example`]);
  await owner().query("SELECT staff_lift_breaker($1)", [staff]);
  await start();
  expect((await claimRun("wrk_test", 5_000, 100))?.outcome).toBe("claimed");
  // Lifted is lifted for the day, whatever is spent after.
  await spend(20_000_000);
  expect(await watchBreaker(10)).toBe(false);
  await start();
});

test("yesterday's breaker is no longer today's, and without a limit there is none", async () => {
  await owner().query("INSERT INTO platform_spend (day, micros, limit_micros, tripped_at) VALUES ((now() AT TIME ZONE 'UTC')::date - 1, 99000000, 1, now() - interval '1 day')");
  await spend(99_000_000);
  expect(await watchBreaker(undefined)).toBe(false);
  await queueRuns(one, 1);
  await start();
  expect((await claimRun("wrk_test", 5_000, 100))?.outcome).toBe("claimed");
});
