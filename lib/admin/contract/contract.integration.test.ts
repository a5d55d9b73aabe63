/** Contracts as staff make them: the plan in force, limits, mails and audit rows that follow, here without a Stripe that answers. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { makeWorkspace, owner, type Workspace } from "@/e2e/fixtures/workspace";
import { newId } from "@/lib/core/ids";
import { closeDb } from "@/lib/platform/db";
import { endContract, getStaffContract, setContract } from "@/lib/admin/contract/contract";
import { contractSchema } from "@/lib/admin/contract/schema";
import { getContract, tendContract, tendContracts } from "@/lib/billing/contract";
import { admit } from "@/lib/limits/admission";

const staffId = newId("usr");
const by = { staffId, ip: "127.0.0.1", requestId: "req_1" };
let one: Workspace;

beforeAll(async () => {
  await owner().query("INSERT INTO user_account (id, email, name, email_verified_at, is_staff) VALUES ($1, $1 || '@test.example', 'Test Staff', now(), true)", [staffId]);
});
beforeEach(async () => {
  await owner().query("DELETE FROM contract");
  one = await makeWorkspace({ agents: 2, members: 2 });
});
afterAll(() => closeDb());

const typed = (more: Record<string, string> = {}) => ({
  workspace: one.tenantId, price: "2,000", payment: "outside", terms: "Agreed on paper.", minutes_ms: "50,000", model_spend_micros: "100", api_calls: "5,000,000", overage_micros_per_minute: "0.04", members: "50", ...more,
});
const agree = (more: Record<string, string> = {}) => setContract(by, contractSchema.parse(typed(more)));
const planOf = async () => (await owner().query<{ plan_id: string; period_anchor_at: Date | null }>("SELECT plan_id, period_anchor_at FROM tenant WHERE id = $1", [one.tenantId])).rows[0];
const limitsOf = async () => {
  const answer = await admit({ kind: "key", hash: one.keyHash, address: null }, false);
  if (answer.kind === "unknown") throw new Error("the key is unknown");
  return answer.admission;
};
const mails = async () => (await owner().query<{ kind: string; data: Record<string, unknown> }>("SELECT kind, data FROM billing_mail WHERE tenant_id = $1 ORDER BY id", [one.tenantId])).rows;
const audit = async () => (await owner().query<{ action: string; actor_id: string }>("SELECT action, actor_id FROM audit_log WHERE tenant_id = $1 ORDER BY id", [one.tenantId])).rows;

describe("a contract paid outside of Stripe", () => {
  test("puts Enterprise in force at once with what was agreed, tells the owners and stands in the log", async () => {
    await agree();
    expect((await planOf())?.plan_id).toBe("enterprise");
    expect((await planOf())?.period_anchor_at).not.toBeNull();
    expect(await limitsOf()).toMatchObject({ quotas: { ms: 3_000_000_000, micros: 100_000_000 }, caps: { calls: 5_000_000 }, overage: { microsPerMinute: 40_000 }, limits: { agents: null, requestsPerMinute: 5_000 } });
    expect(await mails()).toMatchObject([{ kind: "contract_started", data: { terms: { priceCents: 200_000, minutesMs: 3_000_000_000, overageMicrosPerMinute: 40_000 }, endsAt: null } }]);
    expect(await audit()).toEqual([{ action: "contract.set", actor_id: staffId }]);
    expect(await getContract(one.tenantId)).toMatchObject({ state: "in_force", priceCents: 200_000, payment: "outside", terms: "Agreed on paper.", limits: { members: 50 } });
    expect(await getStaffContract(staffId, one.tenantId)).toMatchObject({ state: "in_force", setBy: "Test Staff", problem: null, toldAt: expect.any(String) as string, appliedAt: expect.any(String) as string });
    // Nothing is left to do, and doing it again changes nothing.
    expect(await tendContracts()).toBe(0);
    await tendContract(one.tenantId);
    expect(await mails()).toHaveLength(1);
  });

  test("changes act at once and are told of; the first day stays", async () => {
    await agree();
    const before = await getContract(one.tenantId);
    await agree({ minutes_ms: "60000", price: "2500" });
    expect(await getContract(one.tenantId)).toMatchObject({ startsAt: before?.startsAt, priceCents: 250_000 });
    expect((await limitsOf()).quotas.ms).toBe(3_600_000_000);
    expect((await mails()).map(({ kind }) => kind)).toEqual(["contract_started", "contract_changed"]);
  });

  test("that begins later changes nothing before, and is put in force by the clock, whoever looks first", async () => {
    await owner().query("INSERT INTO tenant_override (tenant_id, minutes_ms, reason, set_by) VALUES ($1, 60000, 'earlier', $2)", [one.tenantId, staffId]);
    await agree({ starts_on: "2999-01-01" });
    expect(await getContract(one.tenantId)).toMatchObject({ state: "coming" });
    expect([(await planOf())?.plan_id, (await limitsOf()).quotas.ms, await mails(), await tendContracts()]).toEqual([one.planId, 3_600_000, [], 0]);
    // What was agreed before it is gone from now on, and what was agreed with it does not hold yet.
    await owner().query("UPDATE contract SET starts_at = now() - interval '1 second' WHERE tenant_id = $1", [one.tenantId]);
    await owner().query("UPDATE tenant_override SET starts_at = now() - interval '1 second' WHERE tenant_id = $1", [one.tenantId]);
    await Promise.all([tendContracts(), tendContracts()]);
    expect([(await planOf())?.plan_id, (await limitsOf()).quotas.ms, (await mails()).map(({ kind }) => kind)]).toEqual(["enterprise", 3_000_000_000, ["contract_started"]]);
  });

  test("that is over by its last day gives the plan and the limits back, and says so once", async () => {
    await agree({ last_day: "2999-01-01" });
    for (const table of ["contract SET ends_at", "tenant_override SET expires_at"]) await owner().query(`UPDATE ${table} = now() - interval '1 second', starts_at = now() - interval '1 hour' WHERE tenant_id = $1`, [one.tenantId]);
    expect(await tendContracts()).toBe(1);
    expect(await planOf()).toEqual({ plan_id: "free", period_anchor_at: null });
    expect((await limitsOf()).limits.agents).toBe(2);
    expect((await mails()).map(({ kind }) => kind)).toEqual(["contract_started", "contract_ends"]);
    expect(await tendContracts()).toBe(0);
    // A new one begins anew.
    await agree();
    expect([(await planOf())?.plan_id, (await mails()).map(({ kind }) => kind)]).toEqual(["enterprise", ["contract_started", "contract_ends", "contract_started"]]);
  });

  test("is ended by staff, at once; one that has not begun is gone with its limits", async () => {
    await agree();
    await endContract(by, one.tenantId, "now");
    await tendContract(one.tenantId);
    expect([(await planOf())?.plan_id, (await mails()).map(({ kind }) => kind)]).toEqual(["free", ["contract_started", "contract_ends"]]);
    await expect(endContract(by, one.tenantId, "now")).rejects.toMatchObject({ code: "not_found" });
    await agree({ starts_on: "2999-01-01" });
    await endContract(by, one.tenantId, "now");
    expect(await getContract(one.tenantId)).toBeNull();
    expect((await owner().query("SELECT 1 FROM tenant_override WHERE tenant_id = $1", [one.tenantId])).rowCount).toBe(0);
    expect((await audit()).map(({ action }) => action)).toEqual(["contract.set", "contract.end", "contract.set", "contract.end"]);
  });
});

describe("a contract that Stripe is to charge", () => {
  test("holds although Stripe does not take it over, says so, and is tried again later", async () => {
    await owner().query("INSERT INTO billing_account (tenant_id, customer_id) VALUES ($1, 'cus_away')", [one.tenantId]);
    await agree({ payment: "invoice", days_until_due: "30" });
    expect((await planOf())?.plan_id).toBe("enterprise");
    expect(await getStaffContract(staffId, one.tenantId)).toMatchObject({ payment: "invoice", daysUntilDue: 30, appliedAt: null, problem: "Stripe could not be asked, or refused. It is tried again." });
    expect(await tendContracts()).toBe(0);
    await owner().query("UPDATE contract SET tried_at = now() - interval '31 seconds' WHERE tenant_id = $1", [one.tenantId]);
    expect((await owner().query("SELECT contracts_due(true, 10) AS id")).rows).toEqual([{ id: one.tenantId }]);
    expect((await owner().query("SELECT contracts_due(false, 10) AS id")).rows).toEqual([]);
  }, 60_000);
});

describe("what the form sends", () => {
  const faults = (more: Record<string, string>) => contractSchema.safeParse(typed(more)).error?.issues.map(({ path, message }) => [path[0], message]);
  test("is refused at its place", () => {
    expect(faults({ price: "" })).toEqual([["price", "Type the price of a month; 0 for none."]]);
    expect(faults({ price: "many" })).toEqual([["price", "Type a price in dollars."]]);
    expect(faults({ payment: "invoice" })).toEqual([["days_until_due", "Type 1 to 365 days."]]);
    expect(faults({ minutes_ms: "" })).toEqual([["minutes_ms", "Enterprise has no number of its own. Type one."]]);
    expect(faults({ last_day: "2001-01-01" })).toEqual([["last_day", "It cannot end in the past."]]);
    expect(faults({ starts_on: "2999-02-01", last_day: "2999-01-01" })).toEqual([["last_day", "It ends before it begins."]]);
    expect(faults({ terms: " " })?.[0]?.[0]).toBe("terms");
    expect(faults({ members: "0" })).toEqual([["members", "Type more than nothing."]]);
  });
  test("of a day that has begun means at once", () => {
    expect(contractSchema.parse(typed({ starts_on: "2001-01-01" })).contract.starts_at).toBeNull();
  });
});
