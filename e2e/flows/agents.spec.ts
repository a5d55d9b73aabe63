/** An agent from a template to its archive and back, as a person goes through it. */
import AxeBuilder from "@axe-core/playwright";
import { expect, test, type Page } from "@playwright/test";
import { sessionCookieOf } from "../fixtures/session";
import { makeWorkspace, owner, retireTestPlans, type Workspace } from "../fixtures/workspace";
import { AgentPages } from "../pages/agent-pages";
import { WorkspacePages } from "../pages/workspace-pages";

let workspace: Workspace;

test.beforeEach(async () => {
  workspace = await makeWorkspace();
  await retireTestPlans();
  await owner().query("UPDATE tenant SET plan_id = 'pro' WHERE id = $1", [workspace.tenantId]);
});

async function signIn(page: Page, baseURL: string): Promise<string> {
  const [name = "", value = ""] = (await sessionCookieOf(workspace.userId)).split("=");
  await page.context().addCookies([{ name, value, url: baseURL }]);
  return `${baseURL}/t/${workspace.slug}/agents`;
}

test("template, save, edit, compare, roll back, archive, undo", async ({ page, baseURL }) => {
  const base = await signIn(page, baseURL ?? "");
  const agents = new AgentPages(page);
  await page.goto(base);
  await page.getByRole("link", { name: "New agent" }).click();
  await page.getByRole("link", { name: "Triage a ticket" }).click();
  await expect(page).toHaveURL(`${base}/new?template=triage`);
  await expect(page.getByText("It chooses no category and no priority.")).toBeVisible();
  await expect(page.getByLabel("Slug")).toHaveValue("triage-a-ticket");
  await page.getByLabel("Slug").fill("triage");
  await agents.openFold("Answer");
  await expect(page.getByLabel("Temperature")).toHaveValue("0");
  await page.getByLabel("Output schema").fill("{");
  await page.getByRole("button", { name: "Create agent" }).click();
  await expect(page.getByText("This is not valid JSON.")).toBeVisible();
  await expect(page.getByLabel("Instructions")).toHaveValue(/Category: billing/);
  await page.getByLabel("Output schema").fill("");
  await page.getByRole("button", { name: "Create agent" }).click();
  await expect(page).toHaveURL(`${base}/triage`);
  await expect(agents.state()).toHaveText("Version 1, saved.");

  // A save by keyboard is version 2, and what was typed is not lost to a link.
  const instructions = page.getByLabel("Instructions");
  await instructions.fill((await instructions.inputValue()).replace("one sentence", "two sentences"));
  await page.getByLabel("What changed").fill("A longer reason");
  await expect(agents.state()).toHaveText("Changed since version 1, not saved.");
  await expect(page.getByText("Runs version 1; your changes are not saved yet.")).toBeVisible();
  page.once("dialog", (dialog) => void dialog.dismiss());
  await page.getByRole("link", { name: "Versions" }).click();
  await expect(page).toHaveURL(`${base}/triage`);
  await page.keyboard.press("ControlOrMeta+s");
  await expect(page.getByText("Saved as version 2.")).toBeVisible();
  await expect(agents.state()).toHaveText("Version 2, saved.");
  await expect(page.getByLabel("What changed")).toHaveValue("");

  await agents.openVersions();
  await expect(agents.version(2)).toContainText("A longer reason");
  await expect(agents.version(2)).toContainText("Test Owner");
  await agents.version(2).getByRole("link", { name: "Compare" }).click();
  await expect(page).toHaveURL(`${base}/triage/versions?from=1&to=2`);
  const changes = page.getByRole("group", { name: "Changes of instructions" });
  await expect(changes).toContainText("removed: Reason: one sentence.");
  await expect(changes).toContainText("added: Reason: two sentences.");
  await agents.version(1).getByRole("button", { name: "Roll back" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Roll back" }).click();
  await expect(page.getByText("Version 3 is what version 1 was.")).toBeVisible();
  await expect(agents.version(3)).toContainText("Rolled back to version 1.");

  await page.getByRole("link", { name: "Triage a ticket" }).click();
  await expect(page).toHaveURL(`${base}/triage`);
  await expect(page.getByLabel("Instructions")).toHaveValue(/Reason: one sentence/);
  await page.getByRole("button", { name: "Archive", exact: true }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Archive agent" }).click();
  await expect(page).toHaveURL(base);
  await expect(page.getByText("“Triage a ticket” is archived.")).toBeVisible();
  await expect(page.getByRole("row").filter({ hasText: "triage" })).toBeHidden();
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(page.getByText("“Triage a ticket” is restored.")).toBeVisible();
  await expect(agents.state()).toHaveText("Version 3, saved.");
});

test("two tabs: the later save is refused, and loses nothing that was typed", async ({ page, context, baseURL }) => {
  const base = await signIn(page, baseURL ?? "");
  const other = await context.newPage();
  for (const tab of [page, other]) await tab.goto(`${base}/${workspace.agentSlug}`);
  await other.getByLabel("Instructions").fill("From the other tab.");
  await new AgentPages(other).save();
  await expect(other.getByText("Saved as version 2.")).toBeVisible();

  await page.getByLabel("Instructions").fill("From this tab.");
  await new AgentPages(page).save();
  await expect(page.getByText("this change was made from version 1. Nothing was saved.")).toBeVisible();
  await expect(page.getByText("Version 2 was saved meanwhile.")).toBeVisible();
  await expect(page.getByLabel("Instructions")).toHaveValue("From this tab.");
  await page.getByRole("button", { name: "Drop mine, take version 2" }).click();
  await expect(page.getByLabel("Instructions")).toHaveValue("From the other tab.");
  await expect(new AgentPages(page).state()).toHaveText("Version 2, saved.");
});

test("an archived agent is found among the archived, and cannot be changed or run", async ({ page, baseURL }) => {
  const base = await signIn(page, baseURL ?? "");
  await owner().query("UPDATE agent SET archived_at = now() WHERE id = $1", [workspace.agentId]);
  await page.goto(base);
  await expect(page.getByText("No agents yet")).toBeVisible();
  await page.getByRole("link", { name: "Archived" }).click();
  await page.getByRole("link", { name: "Agent", exact: true }).click();
  await expect(page).toHaveURL(`${base}/${workspace.agentId}`);
  await expect(page.getByText("This agent is archived.")).toBeVisible();
  await expect(page.getByLabel("Instructions")).toBeDisabled();
  await expect(page.getByRole("button", { name: "Run agent" })).toBeHidden();
  await page.getByRole("button", { name: "Restore" }).click();
  await expect(page).toHaveURL(`${base}/${workspace.agentId}`);
  await new WorkspacePages(page, workspace.slug).runAgent("One sentence stands here. Another one follows it.");
  await expect(page.locator('[data-status="succeeded"]').first()).toBeVisible({ timeout: 30_000 });
});

test("what is folded and what is compared reads as well as the rest, on a phone and in the dark", async ({ page, baseURL }) => {
  const base = await signIn(page, baseURL ?? "");
  await owner().query(
    `INSERT INTO agent_version (tenant_id, agent_id, version, config, created_by, note)
     SELECT tenant_id, agent_id, 2, config || '{"instructions": "Summarise it.\\nShortly.", "temperature": 1}', created_by, 'Shorter' FROM agent_version WHERE agent_id = $1`, [workspace.agentId]);
  await owner().query("UPDATE agent SET version = 2 WHERE id = $1", [workspace.agentId]);
  await page.setViewportSize({ width: 360, height: 900 });
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    for (const path of [`${workspace.agentSlug}`, `${workspace.agentSlug}/versions?from=1&to=2`, "new?template=extract"]) {
      await page.goto(`${base}/${path}`);
      await page.waitForLoadState("networkidle");
      for (const summary of await page.locator("main summary").all()) await summary.click();
      const { violations } = await new AxeBuilder({ page }).withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]).analyze();
      expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join()}`), `${path}, ${colorScheme}`).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth), path).toBe(0);
    }
  }
});
