/** A workspace's settings in the browser: its name and address, how long contents are kept, what an owner takes away, and the way to the end and back. */
import { readFile } from "node:fs/promises";
import { AxeBuilder } from "@axe-core/playwright";
import { expect, test, type BrowserContext, type Page } from "@playwright/test";
import { makeUser, sessionCookieOf } from "../fixtures/session";
import { unzip } from "../fixtures/unzip";
import { until } from "../fixtures/until";
import { makeWorkspace, owner, queueRuns, retireTestPlans, type Workspace } from "../fixtures/workspace";
import { readMail } from "../pages/account-pages";
import { WorkspacePages } from "../pages/workspace-pages";

let workspace: Workspace;
test.beforeEach(async () => {
  workspace = await makeWorkspace();
  await retireTestPlans();
});

async function signInAs(context: BrowserContext, userId: string): Promise<void> {
  const [name = "", value = ""] = (await sessionCookieOf(userId)).split("=");
  await context.addCookies([{ name, value, url: process.env.STINT_TEST_URL ?? "" }]);
}

const openSettings = (page: Page, slug = workspace.slug) => page.goto(`/t/${slug}/settings`);
const saved = (page: Page) => expect(page.getByText("Settings saved.").first()).toBeVisible();
const field = async (column: string) => (await owner().query<{ value: unknown }>(`SELECT to_jsonb(${column}) AS value FROM tenant WHERE id = $1`, [workspace.tenantId])).rows[0]?.value;

test("a workspace is renamed and moves; its old address leads there, query and all, for members alone", async ({ page, context }) => {
  await signInAs(context, workspace.userId);
  await page.goto(`/t/${workspace.slug}`);
  await new WorkspacePages(page, workspace.slug).open("Settings");
  await page.getByLabel("Name", { exact: true }).fill("Renamed Works");
  await page.getByRole("button", { name: "Save name and address" }).click();
  await saved(page);
  await expect(page.getByRole("button", { name: "Workspace Renamed Works, switch" })).toBeVisible();

  const slug = `${workspace.slug}-moved`;
  for (const [typed, problem] of [["Not A Slug", "Use lower-case letters"], ["settings", "kept for the product"], [(await makeWorkspace()).slug, "Another workspace has this address"]] as const) {
    await page.getByLabel("Slug").fill(typed);
    await page.getByRole("button", { name: "Save name and address" }).click();
    await expect(page.getByText(problem)).toBeVisible();
    await expect(page.getByLabel("Slug")).toHaveValue(typed);
  }
  await page.getByLabel("Slug").fill(slug);
  await expect(page.getByText(`/t/${slug}`, { exact: false })).toBeVisible();
  await expect(page.getByText("The address changes")).toBeVisible();
  await page.getByRole("button", { name: "Save name and address" }).click();
  await expect(page).toHaveURL(new RegExp(`/t/${slug}/settings$`));
  await expect(page.getByText("Addresses that lead here, too")).toContainText(workspace.slug);
  await expect(page.getByLabel("Name", { exact: true })).toHaveValue("Renamed Works");

  await page.goto(`/t/${workspace.slug}/audit?action=tenant.*`);
  await expect(page).toHaveURL(new RegExp(`/t/${slug}/audit\\?action=tenant\\.\\*$`));
  await expect(page.getByText("tenant.updated", { exact: true })).toHaveCount(2);
  await signInAs(context, await makeUser(null));
  for (const gone of [workspace.slug, slug, "no-such-workspace"]) expect((await page.goto(`/t/${gone}/audit`))?.status()).toBe(404);
});

test("contents of runs go after the chosen time, and the run's page says so", async ({ page, context }) => {
  await owner().query("UPDATE tenant SET paused_at = now() WHERE id = $1", [workspace.tenantId]);
  const [run = ""] = await queueRuns(workspace, 1, { input: "A sentence that goes." });
  await owner().query("UPDATE run SET status = 'succeeded', output = 'An output that goes.', started_at = now() - interval '10 days', finished_at = now() - interval '10 days' WHERE id = $1", [run]);
  await signInAs(context, workspace.userId);
  await page.goto(`/t/${workspace.slug}/runs/${run}`);
  await expect(page.getByText("An output that goes.", { exact: true })).toBeVisible();

  await openSettings(page);
  await page.getByLabel("Keep inputs and outputs of runs for").selectOption("7");
  await page.getByRole("button", { name: "Save time" }).click();
  await saved(page);
  await expect(page.getByLabel("Keep inputs and outputs of runs for")).toHaveValue("7");
  expect(await field("content_retention_days")).toBe(7);
  // The job's own hour has passed already when the application started.
  await owner().query("SELECT purge_contents(100)");
  await page.goto(`/t/${workspace.slug}/runs/${run}`);
  await expect(page.getByText(/deleted on .*: somebody asked for it, or the time that this workspace’s settings keep them was over/)).toBeVisible();
  for (const text of ["An output that goes.", "A sentence that goes."]) await expect(page.getByText(text)).toHaveCount(0);
});

test("two-factor authentication is required by who has it; domains are named when they are none", async ({ page, context }) => {
  await signInAs(context, workspace.userId);
  await openSettings(page);
  const box = page.getByLabel("Require two-factor authentication of all members");
  await expect(box).toBeDisabled();
  await expect(page.getByText("1 of 1 member lacks it.")).toBeVisible();
  await page.getByLabel("Allowed e-mail domains").fill("Example.com\nlocalhost");
  await page.getByRole("button", { name: "Save access" }).click();
  await expect(page.getByText("`localhost` is not a domain name")).toBeVisible();
  await expect(page.getByLabel("Allowed e-mail domains")).toHaveValue("Example.com\nlocalhost");
  await page.getByLabel("Allowed e-mail domains").fill("Example.com");
  await page.getByRole("button", { name: "Save access" }).click();
  await saved(page);
  await expect(page.getByLabel("Allowed e-mail domains")).toHaveValue("example.com");

  await makeUser({ workspace, role: "viewer" });
  await owner().query("UPDATE user_account SET totp_secret = 'sealed', totp_enabled_at = now() WHERE id = $1", [workspace.userId]);
  await page.reload();
  await expect(page.getByText("1 of 2 members lack it.")).toBeVisible();
  await box.check();
  await page.getByRole("button", { name: "Save access" }).click();
  await until(() => field("require_two_factor"), (value) => value === true);
  await expect(box).toBeChecked();
  expect(await field("invitation_domains")).toEqual(["example.com"]);
});

test("an owner takes everything away, asks for the end, and keeps the workspace after all", async ({ page, context }) => {
  await signInAs(context, workspace.userId);
  await openSettings(page);
  const download = page.waitForEvent("download");
  await page.getByRole("link", { name: "Download export" }).click();
  const file = await download;
  expect(file.suggestedFilename()).toMatch(new RegExp(`^stint-${workspace.slug}-\\d{4}-\\d\\d-\\d\\d\\.zip$`));
  expect(unzip(await readFile(await file.path())).get("workspace.jsonl")).toContain(workspace.tenantId);

  await page.getByRole("button", { name: "Delete workspace" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel(`Type ${workspace.slug} to confirm`).fill("something else");
  await dialog.getByRole("button", { name: "Delete workspace" }).click();
  await expect(dialog.getByText(`Type \`${workspace.slug}\` to confirm. Nothing was changed.`)).toBeVisible();
  await dialog.getByLabel(`Type ${workspace.slug} to confirm`).fill(workspace.slug);
  await dialog.getByRole("button", { name: "Delete workspace" }).click();
  const banner = page.getByText(/^This workspace will be deleted on /);
  await expect(banner).toBeVisible();
  await expect(dialog).toBeHidden();
  await expect(page.getByText("Deletion is asked for")).toBeVisible();
  const mail = await readMail(workspace.email);
  expect(mail.subject).toContain(`“${workspace.name}” will be deleted on `);
  expect(mail.text).toContain("Keep workspace");

  for (const path of ["", "/agents", "/keys", "/usage"]) {
    await page.goto(`/t/${workspace.slug}${path}`);
    await expect(banner).toBeVisible();
  }
  await signInAs(context, await makeUser({ workspace, role: "admin" }));
  await page.goto(`/t/${workspace.slug}`);
  await expect(page.getByText("An owner can keep it.")).toBeVisible();
  await expect(page.getByRole("button", { name: "Keep workspace" })).toHaveCount(0);
  await signInAs(context, workspace.userId);
  await page.goto(`/t/${workspace.slug}/runs`);
  await page.getByRole("button", { name: "Keep workspace" }).click();
  await expect(banner).toBeHidden();
  expect([await field("delete_after"), await field("paused_at")]).toEqual([null, null]);
});

test("by keyboard, at 360 and 1440 pixels, in light and dark, without a violation of accessibility", async ({ page, context }) => {
  await signInAs(context, workspace.userId);
  for (const width of [360, 1440]) {
    for (const colorScheme of ["light", "dark"] as const) {
      await page.setViewportSize({ width, height: 900 });
      await page.emulateMedia({ colorScheme });
      await openSettings(page);
      await page.getByLabel("Slug").fill("another");
      await page.getByRole("button", { name: "Delete workspace" }).focus();
      await page.keyboard.press("Enter");
      await expect(page.getByRole("dialog").getByRole("textbox")).toBeFocused();
      // While it fades in its colours are others.
      await expect.poll(() => page.evaluate(() => document.getAnimations().filter((one) => one.playState === "running" && Number.isFinite(Number(one.effect?.getComputedTiming().endTime))).length)).toBe(0);
      expect((await new AxeBuilder({ page }).analyze()).violations.map(({ id, nodes }) => `${id} ${nodes.map(({ html }) => html).join()}`)).toEqual([]);
      await page.keyboard.press("Escape");
      await expect(page.getByRole("button", { name: "Delete workspace" })).toBeFocused();
      expect((await new AxeBuilder({ page }).analyze()).violations.map(({ id, nodes }) => `${id} ${nodes.map(({ html }) => html).join()}`)).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
    }
  }
});
