/** What staff see and do in the back office: one workspace's limits, pause and usage; the platform's day; the reconciliation. */
import { expect, test } from "@playwright/test";
import { makeUser, sessionCookieOf } from "../fixtures/session";
import { makeWorkspace, owner, retireTestPlans, type Workspace } from "../fixtures/workspace";
import { StaffPages } from "../pages/staff-pages";
import { call, json } from "../api/client";

let one: Workspace;
let pages: StaffPages;

test.beforeEach(async ({ page, context, baseURL }) => {
  one = await makeWorkspace();
  await retireTestPlans();
  await owner().query("UPDATE tenant SET plan_id = 'starter' WHERE id = $1", [one.tenantId]);
  const [name = "", value = ""] = (await sessionCookieOf(await makeUser(null, { isStaff: true }))).split("=");
  await context.addCookies([{ name, value, url: baseURL ?? "" }]);
  pages = new StaffPages(page);
});

const actions = async () => (await owner().query<{ action: string }>("SELECT action FROM audit_log WHERE tenant_id = $1 ORDER BY id", [one.tenantId])).rows.map(({ action }) => action);
const limit = async () => (await call("GET", "/api/v1/me", { key: one.secret })).headers.get("ratelimit-policy") ?? "";

test("an override is set beside the plan's values, acts at once on the API, and is removed again", async ({ page }) => {
  // The edge knows a key once it has been admitted.
  await expect.poll(limit).toContain("q=300");
  await page.goto("/admin");
  await page.getByRole("link", { name: one.name }).click();
  await expect(page.getByRole("heading", { level: 1, name: one.name })).toBeVisible();
  await expect(page.getByRole("link", { name: "Tenants", exact: true }).first()).toHaveAttribute("aria-current", "page");
  await pages.press("Set override");
  await expect(pages.dialog.getByText("Plan: 1,000 min", { exact: true })).toBeVisible();
  await pages.dialog.getByLabel("Reason").fill("Agreed by mail");
  await pages.pressInDialog("Save override");
  await expect(pages.dialog.getByText("Set at least one limit.")).toBeVisible();
  await pages.dialog.getByLabel("Agent-minutes a period").fill("2,500");
  await pages.dialog.getByLabel("API requests a minute").fill("9000");
  await pages.dialog.getByLabel("Concurrent runs").fill("many");
  await pages.pressInDialog("Save override");
  await expect(pages.dialog.getByText("Type a number, or nothing")).toBeVisible();
  await expect(pages.dialog.getByLabel("API requests a minute")).toHaveValue("9000");
  await pages.dialog.getByLabel("Concurrent runs").fill("");
  await pages.pressInDialog("Save override");
  await expect(pages.dialog).toBeHidden();
  await expect(pages.row("Limits", "API requests a minute").getByRole("cell")).toHaveText([/API requests/, /300/, /9,000/, /9,000/]);
  await expect(page.getByText("“Agreed by mail” Test Member")).toBeVisible();
  await expect(page.getByRole("meter", { name: "Agent-minutes" })).toHaveAttribute("aria-valuetext", /of 2,500 min/);
  await expect.poll(limit, { timeout: 3_000 }).toContain("q=9000");

  await pages.press("Remove override");
  await page.getByRole("alertdialog").getByRole("button", { name: "Remove override" }).click();
  await expect(pages.row("Limits", "API requests a minute").getByRole("cell")).toHaveText([/API requests/, /300/, /–/, /300/]);
  expect(await actions()).toEqual(["tenant.override", "tenant.override"]);
});

test("a contract is made, puts Enterprise in force at once, is changed, and ended", async ({ page }) => {
  await expect.poll(limit).toContain("q=300");
  await pages.openTenant(one.slug, one.name);
  await pages.press("Make contract");
  await pages.dialog.getByLabel("Payment").selectOption("Outside of Stripe");
  await pages.pressInDialog("Save contract");
  await expect(pages.dialog.getByText("Type the price of a month; 0 for none.")).toBeVisible();
  await expect(pages.dialog.getByText("Enterprise has no number of its own. Type one.")).toHaveCount(3);
  await pages.dialog.getByLabel("Price a month, in $").fill("1,500");
  await pages.dialog.getByLabel("Terms").fill("Order form 7, by bank transfer.");
  await pages.dialog.getByLabel("Agent-minutes a period").fill("40,000");
  await pages.dialog.getByLabel("Model spend a period, in $").fill("100");
  await pages.dialog.getByLabel("API calls a period").fill("9,000,000");
  await pages.dialog.getByLabel("API requests a minute").fill("7000");
  await pages.pressInDialog("Save contract");
  await expect(pages.dialog).toBeHidden();
  await expect(page.getByText("In force", { exact: true })).toBeVisible();
  await expect(page.getByText("$1,500.00 a month")).toBeVisible();
  await expect(page.getByText("Enterprise plan,")).toBeVisible();
  await expect(pages.row("Limits", "Agent-minutes a period").getByRole("cell")).toHaveText([/Agent-minutes/, /by contract/, /40,000/, /40,000/]);
  await expect.poll(limit, { timeout: 3_000 }).toContain("q=7000");

  await pages.press("Change contract");
  await expect(pages.dialog.getByLabel("Terms")).toHaveValue("Order form 7, by bank transfer.");
  await pages.dialog.getByLabel("Agent-minutes a period").fill("50000");
  await pages.pressInDialog("Save contract");
  await expect(pages.dialog).toBeHidden();
  await expect(pages.row("Limits", "Agent-minutes a period").getByRole("cell")).toHaveText([/Agent-minutes/, /by contract/, /50,000/, /50,000/]);

  await pages.press("End contract");
  await page.getByRole("alertdialog").getByRole("button", { name: "End contract" }).click();
  await expect(page.getByText("Over", { exact: true })).toBeVisible();
  await expect.poll(limit, { timeout: 3_000 }).toContain("q=60");
  expect(await actions()).toEqual(["contract.set", "contract.set", "contract.end"]);
  const { rows } = await owner().query<{ kind: string }>("SELECT kind FROM billing_mail WHERE tenant_id = $1 ORDER BY id", [one.tenantId]);
  expect(rows.map(({ kind }) => kind)).toEqual(["contract_started", "contract_changed", "contract_ends"]);
});

test("a workspace is paused with a note, runs nothing, and is resumed", async ({ page }) => {
  const run = () => call("POST", "/api/v1/runs", { key: one.secret, body: { agent: one.agentId, input: "One sentence." } });
  await pages.openTenant(one.slug, one.name);
  await pages.press("Pause workspace");
  await pages.pressInDialog("Pause");
  await expect(pages.dialog.getByText("Say why; it is kept in the audit log.")).toBeVisible();
  await pages.dialog.getByLabel("Note").fill("Card was stolen");
  await pages.pressInDialog("Pause");
  await expect(page.getByText("Staff paused it")).toBeVisible();
  expect((await run()).status).toBe(402);
  await pages.press("Resume workspace");
  await pages.dialog.getByLabel("Note").fill("Cleared up");
  await pages.pressInDialog("Resume");
  await expect(page.getByText("Staff paused it")).toBeHidden();
  expect((await run()).status).toBe(201);
  expect(await actions()).toEqual(["tenant.pause", "tenant.resume"]);
});

test("usage is corrected after a look at before and after, never to less than nothing", async ({ page }) => {
  expect((await call("GET", "/api/v1/usage", { key: one.secret })).status).toBe(200);
  await owner().query("UPDATE usage_counter SET calls = 10 WHERE tenant_id = $1", [one.tenantId]);
  await owner().query("INSERT INTO ledger (tenant_id, period_start, meter, quantity) VALUES ($1, date_trunc('month', now(), 'UTC'), 'api_calls', 10)", [one.tenantId]);
  await pages.openTenant(one.slug, one.name);
  await pages.correct({ meter: "api_calls", change: "-11", reason: "Counted twice" });
  await expect(page.getByTestId("after")).toHaveText("less than nothing");
  await pages.pressInDialog("Correct usage");
  await expect(pages.dialog.getByText("less than nothing would be left")).toBeVisible();
  await pages.pressInDialog("Back");
  await pages.dialog.getByLabel("Change, in").fill("-3");
  await pages.pressInDialog("Review correction");
  await expect(page.getByTestId("after")).toHaveText("7 calls");
  await pages.pressInDialog("Correct usage");
  await expect(pages.dialog).toBeHidden();
  await expect(page.getByRole("table", { name: "Used by period" }).getByRole("cell", { name: "7 calls" })).toBeVisible();
  expect(await json<{ usage: unknown }>(await call("GET", "/api/v1/me", { key: one.secret }))).toMatchObject({ usage: { api_calls: { used: 7 } } });
  expect(await actions()).toEqual(["usage.adjust"]);
});

test("a workspace is reconciled from its page and from the platform's, which links to it", async ({ page }) => {
  await pages.openTenant(one.slug, one.name);
  await pages.press("Reconcile now");
  await expect(page.getByText("Runs, leases, counters, ledger and rollups agree.")).toBeVisible();
  await owner().query("INSERT INTO usage_counter (tenant_id, period_start, used_ms) VALUES ($1, date_trunc('month', now(), 'UTC'), 7) ON CONFLICT (tenant_id, period_start) DO UPDATE SET used_ms = 7", [one.tenantId]);
  await page.getByRole("link", { name: "Platform", exact: true }).first().click();
  await expect(page.getByRole("heading", { level: 1, name: "Platform" })).toBeVisible();
  await page.getByRole("textbox", { name: "Workspace" }).fill("no-such-workspace");
  await pages.press("Reconcile now");
  await expect(page.getByText("There is no workspace with this address.")).toBeVisible();
  await page.getByRole("textbox", { name: "Workspace" }).fill(one.slug);
  await pages.press("Reconcile now");
  await expect(page.getByText("One difference. Nothing was changed.")).toBeVisible();
  await expect(pages.row("Differences", "Counter beside the ledger").getByRole("cell").last()).toHaveText(/7/);

  await owner().query("INSERT INTO reconciliation (id, kind, tenants, differences, finished_at, started_at) VALUES ('rec_e2e', 'script', 1, 1, now() + interval '1 hour', now() + interval '1 hour') ON CONFLICT DO NOTHING");
  await owner().query("INSERT INTO reconciliation_difference (id, reconciliation_id, tenant_id, check_name, subject, expected, found) VALUES ('dif_e2e', 'rec_e2e', $1, 'counter', 'agent_ms', 0, 7)", [one.tenantId]);
  await page.reload();
  await page.getByRole("table", { name: "Differences" }).getByRole("link", { name: one.name }).click();
  await expect(page).toHaveURL(new RegExp(`/admin/tenants/${one.slug}$`));
  await owner().query("DELETE FROM reconciliation_difference WHERE id = 'dif_e2e'");
  await owner().query("UPDATE reconciliation SET differences = 0 WHERE id = 'rec_e2e'");
  await page.goto("/admin/platform");
  await expect(page.getByText("Runs, leases, counters, ledger and rollups agree.")).toBeVisible();
  await owner().query("DELETE FROM reconciliation WHERE id = 'rec_e2e'");
});

test("the platform's day: a tripped breaker is told and lifted", async ({ page }) => {
  await owner().query("INSERT INTO platform_spend (day, micros, limit_micros, tripped_at) VALUES ((now() AT TIME ZONE 'UTC')::date, 0, 5, now()) ON CONFLICT (day) DO UPDATE SET limit_micros = 5, tripped_at = now(), lifted_at = NULL");
  try {
    await page.goto("/admin/platform");
    await expect(page.getByText("No new run begins, since")).toBeVisible();
    await pages.press("Let runs begin again today");
    await page.getByRole("alertdialog").getByRole("button", { name: "Let runs begin" }).click();
    await expect(page.getByText("Test Member let runs begin again")).toBeVisible();
    await expect(page.getByText("No new run begins, since")).toBeHidden();
  } finally {
    await owner().query("UPDATE platform_spend SET tripped_at = NULL, lifted_at = NULL, lifted_by = NULL, limit_micros = NULL");
  }
});

for (const [what, viewport] of [["a laptop", { width: 1440, height: 900 }], ["a phone", { width: 360, height: 740 }]] as const) {
  test(`the contract's dialog has its buttons in view on ${what}, however far it is scrolled`, async ({ page }) => {
    await page.setViewportSize(viewport);
    await page.goto(`/admin/tenants/${one.slug}`);
    await pages.press("Make contract");
    const save = pages.dialog.getByRole("button", { name: "Save contract" });
    await expect(save).toBeInViewport({ ratio: 1 });
    await pages.dialog.getByLabel("Agent-minutes a period").scrollIntoViewIfNeeded();
    await expect(save).toBeInViewport({ ratio: 1 });
    await pages.dialog.getByLabel("Price a month").scrollIntoViewIfNeeded();
    await expect(save).toBeInViewport({ ratio: 1 });
  });
}
