/** A webhook endpoint's life on its pages: added, tried out, looked into, replayed, rotated, disabled, deleted. */
import { expect, test } from "@playwright/test";
import { Webhook } from "standardwebhooks";
import { startReceiver, type Receiver } from "../fixtures/receiver";
import { sessionCookieOf } from "../fixtures/session";
import { makeWorkspace, owner, retireTestPlans, type Workspace } from "../fixtures/workspace";
import { WorkspacePages } from "../pages/workspace-pages";

let one: Workspace;
let receiver: Receiver;
test.beforeEach(async ({ context, baseURL }) => {
  receiver = await startReceiver({ status: 500, body: "out of order" });
  one = await makeWorkspace();
  await retireTestPlans();
  const [name = "", value = ""] = (await sessionCookieOf(one.userId)).split("=");
  await context.addCookies([{ name, value, url: baseURL ?? "" }]);
});
test.afterEach(() => receiver.close());

test("from the empty page to a delivery that arrives on replay", async ({ page }) => {
  await page.goto(`/t/${one.slug}`);
  await new WorkspacePages(page, one.slug).open("Webhooks");
  await expect(page.getByText("No endpoints yet")).toBeVisible();
  await expect(page.getByText("standardwebhooks")).toBeVisible();

  await page.getByRole("button", { name: "Add endpoint" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Endpoint URL").fill("http://example.com/hooks");
  await dialog.getByLabel("Every event").uncheck();
  await dialog.getByRole("button", { name: "Add endpoint" }).click();
  await expect(dialog.getByText("Choose at least one type of event.")).toBeVisible();
  await dialog.getByLabel("Every event").check();
  await dialog.getByRole("button", { name: "Add endpoint" }).click();
  await expect(dialog.getByText("Use an address that begins with https://.")).toBeVisible();
  await dialog.getByLabel("Endpoint URL").fill(receiver.url);
  await dialog.getByLabel("Description").fill("Orders service");
  await dialog.getByRole("button", { name: "Add endpoint" }).click();
  const secret = await page.getByTestId("webhook-secret").innerText();
  expect(secret).toMatch(/^whsec_/);
  await dialog.getByRole("button", { name: "I have copied it" }).click();
  await expect(page.getByText("Nothing sent yet")).toBeVisible();
  expect(await page.content()).not.toContain(secret);

  await page.getByRole("link", { name: receiver.url }).click();
  await page.getByRole("button", { name: "Send test event" }).click();
  await expect(page).toHaveURL(/\/webhooks\/whk_\w+\/dlv_\w+$/);
  await expect(page.getByText("500, answered, but not with 2xx")).toBeVisible();
  await expect(page.getByText("out of order")).toBeVisible();
  await expect(page.getByText('"type": "webhook.test"')).toBeVisible();

  receiver.answer({ status: 200, body: "thanks" });
  await page.getByRole("button", { name: "Replay" }).click();
  await expect(page.locator("[data-status=succeeded]")).toBeVisible();
  await expect(page.getByText("thanks")).toBeVisible();
  const got = receiver.received.at(-1);
  expect(new Webhook(secret).verify(got?.body ?? "", got?.headers as Record<string, string>)).toMatchObject({ type: "webhook.test", tenant_id: one.tenantId });
  const delivery = page.url();

  await page.getByRole("link", { name: "Endpoint" }).click();
  await page.getByLabel("Status").selectOption("failed");
  await page.getByRole("button", { name: "Filter" }).click();
  await expect(page.getByText("No deliveries like this")).toBeVisible();
  await page.getByLabel("Status").selectOption("succeeded");
  await page.getByRole("button", { name: "Filter" }).click();
  await expect(page.getByRole("link", { name: "webhook.test" })).toHaveAttribute("href", new URL(delivery).pathname);
  await expect(page.getByText("Works")).toBeVisible();
});

test("an endpoint is edited, rotated, disabled, enabled and deleted, each told in the log", async ({ page }) => {
  const made = await page.request.post("/api/v1/webhook_endpoints", { headers: { authorization: `Bearer ${one.secret}` }, data: { url: receiver.url } });
  expect(made.status()).toBe(201);
  await page.goto(`/t/${one.slug}/webhooks`);
  await page.getByRole("button", { name: "Edit" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Every event").uncheck();
  await dialog.getByLabel("A run failed or timed out").check();
  await dialog.getByRole("button", { name: "Save endpoint" }).click();
  await expect(page.getByRole("row").filter({ hasText: receiver.url }).getByText("run.failed")).toBeVisible();

  await page.getByRole("button", { name: "Rotate secret" }).click();
  await dialog.getByRole("button", { name: "Rotate secret" }).click();
  await expect(page.getByTestId("webhook-secret")).toHaveText(/^whsec_/);
  await dialog.getByRole("button", { name: "I have copied it" }).click();

  await page.getByRole("button", { name: "Disable" }).click();
  await expect(page.getByText("Disabled", { exact: true })).toBeVisible();
  await page.getByRole("button", { name: "Enable" }).click();
  await expect(page.getByText("Nothing sent yet")).toBeVisible();
  await page.getByRole("button", { name: "Delete" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Delete endpoint" }).click();
  await expect(page.getByText("No endpoints yet")).toBeVisible();

  await page.goto(`/t/${one.slug}/audit?action=webhook_endpoint.*`);
  for (const action of ["webhook_endpoint.created", "webhook_endpoint.secret_rotated", "webhook_endpoint.deleted"]) await expect(page.getByText(action, { exact: true })).toBeVisible();
  await expect(page.getByText("webhook_endpoint.updated", { exact: true })).toHaveCount(3);
});

test("an endpoint that was disabled for failing is told of on the overview, until it is enabled", async ({ page }) => {
  const made = await page.request.post("/api/v1/webhook_endpoints", { headers: { authorization: `Bearer ${one.secret}` }, data: { url: receiver.url } });
  const { id } = (await made.json()) as { id: string };
  await owner().query("UPDATE webhook_endpoint SET enabled = false, disabled_at = now(), disabled_reason = 'failing', failing_since = now() WHERE id = $1", [id]);
  await page.goto(`/t/${one.slug}`);
  const notice = page.getByRole("region", { name: "Disabled webhook endpoints" });
  await expect(notice).toContainText("failed every delivery for three days");
  await notice.getByRole("link").click();
  await expect(page.getByText("Disabled: failing")).toBeVisible();
  await expect(page.getByRole("button", { name: "Send test event" })).toHaveCount(0);
  await page.getByRole("button", { name: "Enable" }).click();
  await expect(page.getByRole("button", { name: "Send test event" })).toBeVisible();
  await page.goto(`/t/${one.slug}`);
  await expect(page.getByRole("heading", { level: 1, name: "Overview" })).toBeVisible();
  await expect(notice).toHaveCount(0);
});
