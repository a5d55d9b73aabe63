/** A schedule from its dialog to its run, as a person goes through it. */
import AxeBuilder from "@axe-core/playwright";
import { expect, test, type Page } from "@playwright/test";
import { sessionCookieOf } from "../fixtures/session";
import { makeWorkspace, owner, retireTestPlans, type Workspace } from "../fixtures/workspace";
import { call, json } from "../api/client";
import { WorkspacePages } from "../pages/workspace-pages";

let workspace: Workspace;
test.beforeEach(async () => {
  workspace = await makeWorkspace();
  await retireTestPlans();
  await owner().query("UPDATE tenant SET plan_id = 'pro' WHERE id = $1", [workspace.tenantId]);
});

async function openSchedules(page: Page, baseURL: string | undefined): Promise<void> {
  const [name = "", value = ""] = (await sessionCookieOf(workspace.userId)).split("=");
  await page.context().addCookies([{ name, value, url: baseURL ?? "" }]);
  await page.goto(`/t/${workspace.slug}`);
  await new WorkspacePages(page, workspace.slug).open("Schedules");
}

test("it is made with a look at its times, starts a run, is paused, changed and deleted", async ({ page, baseURL }) => {
  await openSchedules(page, baseURL);
  await expect(page.getByText("No schedules yet")).toBeVisible();
  await page.getByRole("button", { name: "New schedule" }).click();
  const dialog = page.getByRole("dialog");
  await expect(dialog.getByLabel("Time zone")).toHaveValue("UTC");
  await dialog.getByLabel("Input", { exact: true }).fill("The bridge was closed on Monday. Nobody was hurt.");
  await dialog.getByLabel("How often").selectOption("Working days at 9");
  await expect(dialog.getByLabel("Cron expression")).toHaveValue("0 9 * * MON-FRI");
  await dialog.getByLabel("Time zone").selectOption("Europe/Berlin");
  await expect(dialog.getByRole("listitem")).toHaveCount(5);
  await expect(dialog.getByRole("listitem").first()).toContainText("09:00");
  await expect(dialog.getByRole("listitem").first()).toContainText("where you are");
  await dialog.getByLabel("Cron expression").fill("0 9 30 2 *");
  await expect(dialog.getByText("This expression is not valid, or its day never comes.")).toBeVisible();
  await dialog.getByRole("button", { name: "Create schedule" }).click();
  // Refused, and the form keeps all that was put in.
  await expect(dialog.getByLabel("Cron expression")).toHaveAttribute("aria-invalid", "true");
  await expect(dialog.getByLabel("Input", { exact: true })).toHaveValue("The bridge was closed on Monday. Nobody was hurt.");
  await expect(dialog.getByLabel("Time zone")).toHaveValue("Europe/Berlin");
  await dialog.getByLabel("Cron expression").fill("15 7 * * *");
  await dialog.getByRole("button", { name: "Create schedule" }).click();
  await expect(dialog).toHaveCount(0);
  const row = page.getByRole("row").nth(1);
  await expect(row).toContainText("15 7 * * *");
  await expect(row).toContainText("07:15 in Europe/Berlin");
  await expect(row).toContainText("no run yet");

  // Its time comes.
  await owner().query("UPDATE schedule SET next_run_at = now() - interval '1 second' WHERE tenant_id = $1", [workspace.tenantId]);
  await expect.poll(async () => (await owner().query("SELECT 1 FROM schedule WHERE tenant_id = $1 AND last_run_id IS NOT NULL", [workspace.tenantId])).rowCount, { timeout: 20_000 }).toBe(1);
  await page.reload();
  await row.getByRole("link").click();
  await expect(page).toHaveURL(/\/runs\/run_/);
  await expect(page.getByText("The bridge was closed on Monday. Nobody was hurt.").first()).toBeVisible();
  await page.goBack();

  await row.getByRole("button", { name: "Pause" }).click();
  await expect(row).toContainText("Paused");
  await row.getByRole("button", { name: "Resume" }).click();
  await expect(row.getByRole("button", { name: "Pause" })).toBeVisible();
  await row.getByRole("button", { name: "Edit" }).click();
  await dialog.getByLabel("Cron expression").fill("30 8 * * *");
  await dialog.getByRole("button", { name: "Save schedule" }).click();
  await expect(row).toContainText("08:30 in Europe/Berlin");
  expect((await new AxeBuilder({ page }).analyze()).violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
  await row.getByRole("button", { name: "Delete" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Delete schedule" }).click();
  await expect(page.getByText("No schedules yet")).toBeVisible();
});

test("a refusal stands on the page", async ({ page, baseURL }) => {
  await owner().query("UPDATE tenant SET paused_at = now(), pause_reason = 'test' WHERE id = $1", [workspace.tenantId]);
  const made = await call("POST", "/api/v1/schedules", { key: workspace.secret, body: { agent: "agent", input: "x", cron: "0 9 * * *" } });
  expect(made.status).toBe(201);
  const { id } = await json<{ id: string }>(made);
  await owner().query("UPDATE schedule SET next_run_at = now() - interval '1 second' WHERE id = $1", [id]);
  await expect.poll(async () => (await json<{ failure: object | null }>(await call("GET", `/api/v1/schedules/${id}`, { key: workspace.secret }))).failure, { timeout: 20_000 }).toMatchObject({ message: expect.stringContaining("nothing new runs") });
  await openSchedules(page, baseURL);
  await expect(page.getByRole("row").nth(1)).toContainText("Started nothing");
  expect((await call("PATCH", `/api/v1/schedules/${id}`, { key: workspace.secret, body: { cron: "99 9 * * *" } })).status).toBe(422);
  expect((await call("DELETE", `/api/v1/schedules/${id}`, { key: workspace.secret })).status).toBe(200);
  expect((await call("GET", `/api/v1/schedules/${id}`, { key: workspace.secret })).status).toBe(404);
});
