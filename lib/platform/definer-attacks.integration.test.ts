/** Each function that crosses tenants, called as the application's role with what an attacker might have of another tenant. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { ACCESS } from "@/e2e/fixtures/definer-attacks/access";
import { everythingOfOther, holdRun, makeTenants } from "@/e2e/fixtures/definer-attacks/attacker";
import { BILLING } from "@/e2e/fixtures/definer-attacks/billing";
import { RUNS } from "@/e2e/fixtures/definer-attacks/runs";
import { STAFF } from "@/e2e/fixtures/definer-attacks/staff";
import { USAGE } from "@/e2e/fixtures/definer-attacks/usage";
import { WEBHOOKS } from "@/e2e/fixtures/definer-attacks/webhooks";
import { endLeftoverRuns } from "@/e2e/fixtures/workspace";
import { closeDb } from "@/lib/platform/db";
import { DEFINERS } from "@/scripts/check/catalogue";

const PARTS = [ACCESS, BILLING, RUNS, STAFF, USAGE, WEBHOOKS];
const ATTACKS = PARTS.flatMap((part) => Object.entries(part));

beforeAll(makeTenants);
beforeEach(holdRun);
afterAll(async () => {
  await endLeftoverRuns();
  await closeDb();
});

describe("functions that cross tenants", () => {
  test("each has an attack", () => expect(ATTACKS.map(([name]) => name).sort()).toEqual([...DEFINERS].sort()));

  test.each(ATTACKS)("%s", async (_name, attack) => {
    const before = await everythingOfOther();
    await attack();
    expect(await everythingOfOther()).toEqual(before);
  });
});
