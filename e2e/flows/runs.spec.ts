/** The list of runs and a run's own page, as a person goes through them. */
import AxeBuilder from "@axe-core/playwright";
import { expect, test, type Page } from "@playwright/test";
import { makeAgent, makeWorkspace, owner, queueRuns, retireTestPlans, type Workspace } from "../fixtures/workspace";
import { sessionCookieOf } from "../fixtures/session";
import { RunPage } from "../pages/run-pages";

let workspace: Workspace;
test.beforeEach(async () => {
  workspace = await makeWorkspace();
  await retireTestPlans();
  await owner().query("UPDATE tenant SET plan_id = 'pro' WHERE id = $1", [workspace.tenantId]);
});

async function signIn(page: Page, baseURL: string | undefined): Promise<string> {
  const [name = "", value = ""] = (await sessionCookieOf(workspace.userId)).split("=");
  await page.context().addCookies([{ name, value, url: baseURL ?? "" }]);
  return `${baseURL}/t/${workspace.slug}/runs`;
}

/** A paused workspace's runs wait, so that a test can say what becomes of them. */
async function pause(): Promise<void> {
  await owner().query("UPDATE tenant SET paused_at = now(), pause_reason = 'test' WHERE id = $1", [workspace.tenantId]);
}

/** A run that asked a tool, which failed, and another agent, after a retry and a lost worker. */
async function makeStory(): Promise<{ id: string; child: string }> {
  const { tenantId } = workspace;
  const [id = "", child = ""] = await queueRuns(workspace, 2);
  await owner().query("UPDATE run SET status = 'succeeded', started_at = now(), finished_at = now(), output = 'Rain in Ulm.', executed_ms = 3000, input_tokens = 20, output_tokens = 8 WHERE id = $1", [id]);
  await owner().query("UPDATE run SET status = 'succeeded', started_at = now(), finished_at = now(), parent_run_id = $2, root_run_id = $2, parent_seq = 3, depth = 1, executed_ms = 700 WHERE id = $1", [child, id]);
  const step = (seq: number, kind: string, name: string, output: string, start: number, end: number, detail: object) =>
    owner().query("INSERT INTO step (tenant_id, run_id, seq, kind, name, output, finish_reason, input_tokens, output_tokens, model_spend_micros, start_ms, end_ms, detail) VALUES ($1, $2, $3, $4, $5, $6, $7, 10, 4, 1200, $8, $9, $10)", [tenantId, id, seq, kind, name, output, kind === "model" ? "stop" : null, start, end, detail]);
  await step(1, "model", "stint-extract-1", "", 0, 1000, { tool_calls: [{ id: "c1", name: "get_weather", arguments: "{\"city\":\"Ulm\"}" }, { id: "c2", name: "ask_other", arguments: "{}" }] });
  await step(2, "tool", "get_weather", "{\"error\":\"no such city\"}", 1000, 1500, { call_id: "c1", arguments: "{\"city\":\"Ulm\"}", ok: false });
  await step(3, "tool", "ask_other", "Rain.", 1000, 2000, { call_id: "c2", arguments: "{}", ok: true, child_run_id: child });
  await step(4, "model", "stint-extract-1", "Rain in Ulm.", 2000, 3000, { tool_calls: [] });
  const events: [string, object][] = [["run.started", {}], ["step.started", { step: 1, kind: "model", name: "stint-extract-1" }], ["step.retrying", { step: 1, attempt: 1, reason: "rate_limited", wait_ms: 500 }], ["run.requeued", { reason: "worker_lost" }], ["run.succeeded", {}]];
  for (const [at, [type, data]] of events.entries()) await owner().query("INSERT INTO run_event (tenant_id, run_id, seq, type, data) VALUES ($1, $2, $3, $4, $5)", [tenantId, id, at + 1, type, data]);
  return { id, child };
}

test("a run is followed to its end, run again with another input, continued, and its contents deleted", async ({ page, baseURL }) => {
  const base = await signIn(page, baseURL);
  const run = new RunPage(page);
  const [first = ""] = await queueRuns(workspace, 1, { input: "The bridge was closed on Monday. Nobody was hurt." });
  await page.goto(`${base}/${first}`);
  await run.untilEnded();
  await expect(run.step(1)).toContainText("stint-extract-1");
  await (await run.openStep(1)).getByText("tokens in").waitFor();

  await expect(page.getByText("Run again", { exact: true })).toHaveCount(1);
  await page.getByRole("link", { name: "Run again" }).click();
  await expect(page).toHaveURL(`${base}/${first}?rerun=true#run-again`);
  await expect(page.getByText("Run again", { exact: true })).toHaveCount(1);
  await expect(page.getByLabel("Input")).toHaveValue("The bridge was closed on Monday. Nobody was hurt.");
  await page.getByLabel("Input").fill("The tunnel was closed on Tuesday.");
  await page.getByRole("button", { name: "Run agent" }).click();
  await page.waitForURL((url) => url.pathname.includes("/runs/run_") && !url.pathname.endsWith(first));
  const second = page.url().split("/").at(-1) ?? "";
  await run.untilEnded();
  await expect(page.getByText("The tunnel was closed on Tuesday.").first()).toBeVisible();

  await run.open("Continue this conversation");
  await page.getByLabel("What comes next").fill("And on Wednesday?");
  await page.getByRole("button", { name: "Continue" }).click();
  await page.waitForURL((url) => url.pathname.includes("/runs/run_") && !url.pathname.endsWith(second));
  await run.untilEnded();
  await expect(page.getByRole("heading", { name: "Earlier in this conversation" })).toBeVisible();
  await page.locator(`a[href$="/runs/${second}"]`).first().click();
  await expect(page).toHaveURL(`${base}/${second}`);
  await expect(page.getByRole("heading", { name: "Went on from here" })).toBeVisible();

  await page.getByRole("button", { name: "Delete contents" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Delete contents" }).click();
  await expect(page.getByText("The contents are gone")).toBeVisible();
  await expect(page.getByText("The tunnel was closed on Tuesday.")).toHaveCount(0);
  await expect(page.getByRole("link", { name: "Run again" })).toHaveCount(0);
});

test("an ended run says all that happened, without JavaScript too", async ({ page, browser, baseURL }) => {
  const { id, child } = await makeStory();
  const base = await signIn(page, baseURL);
  const context = await browser.newContext({ javaScriptEnabled: false, storageState: await page.context().storageState(), viewport: { width: 360, height: 800 } });
  const plain = await context.newPage();
  for (const each of [page, plain]) {
    await each.goto(`${base}/${id}`);
    const run = new RunPage(each);
    await expect(each.getByText("The platform lost this run’s worker once.")).toBeVisible();
    await expect(run.step(1)).toContainText("1 retry");
    await expect(run.step(2)).toContainText("failed");
    const model = await run.openStep(1);
    await expect(model).toContainText("Try 1 failed (rate limited). The run waited 500ms");
    await expect(model).toContainText("cost $0.0012");
    const tool = await run.openStep(2);
    await expect(tool.locator("pre").first()).toHaveText("{\n  \"city\": \"Ulm\"\n}");
    await expect(tool).toContainText("no such city");
    await expect((await run.openStep(3)).getByRole("link", { name: child })).toBeVisible();
    await expect(each.getByRole("heading", { name: "Handed to other agents" })).toBeVisible();
    await run.open("Raw JSON");
    await expect(each.getByText(`"id": "${id}"`)).toBeVisible();
    expect(await each.evaluate("document.documentElement.scrollWidth <= window.innerWidth")).toBe(true);
    await each.goto(`${base}/${child}`);
    await expect(each.getByText("Another agent handed this work out:")).toContainText(id);
  }
  await context.close();
  await page.goto(`${base}/${id}`);
  expect((await new AxeBuilder({ page }).analyze()).violations.map(({ id: rule, nodes }) => `${rule}: ${nodes[0]?.html}`)).toEqual([]);
});

test("a waiting run says how many are before it, and is canceled", async ({ page, baseURL }) => {
  await pause();
  const base = await signIn(page, baseURL);
  const [, , third = ""] = await queueRuns(workspace, 3);
  await page.goto(`${base}/${third}`);
  await expect(page.getByTestId("run-output")).toContainText("2 runs are before it.");
  await owner().query("UPDATE run SET status = 'canceled', finished_at = now() WHERE tenant_id = $1 AND id < $2 AND id <> (SELECT min(id) FROM run WHERE tenant_id = $1)", [workspace.tenantId, third]);
  await expect(page.getByTestId("run-output")).toContainText("1 run is before it.");
  await page.getByRole("button", { name: "Cancel run" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Cancel run" }).click();
  await expect(new RunPage(page).status()).toHaveAttribute("data-status", "canceled");
});

test("the list is filtered by its address, follows what is under way, and is walked page by page", async ({ page, baseURL }) => {
  const base = await signIn(page, baseURL);
  await page.goto(base);
  await expect(page.getByText("No runs yet")).toBeVisible();
  await pause();
  const other = await makeAgent(workspace, "stint-extract-1");
  const ids = await queueRuns(workspace, 25);
  await owner().query("UPDATE run SET status = 'failed', finished_at = now(), error_code = 'x' WHERE id = $1", [ids[0]]);
  await owner().query("UPDATE run SET status = 'succeeded', finished_at = now() WHERE id = ANY ($1)", [ids.slice(1, 24)]);
  await owner().query("UPDATE run SET agent_id = $2, parent_run_id = $3, root_run_id = $3, parent_seq = 2, depth = 1 WHERE id = $1", [ids[1], other.id, ids[0]]);

  await page.goto(base);
  const rows = page.getByRole("table").getByRole("row");
  await expect(rows).toHaveCount(21);
  await expect(rows.nth(1)).toContainText("Queued");
  await owner().query("UPDATE run SET status = 'succeeded', finished_at = now() WHERE id = $1", [ids[24]]);
  await expect(rows.nth(1)).toContainText("Succeeded");
  await page.getByRole("link", { name: "Older" }).click();
  await expect(rows).toHaveCount(6);

  await page.getByLabel("Status").selectOption("failed");
  await page.getByRole("button", { name: "Filter" }).click();
  await expect(rows).toHaveCount(2);
  await expect(page).toHaveURL(/status=failed/);
  await page.goto(`${base}?agent=${other.slug}`);
  await expect(rows).toHaveCount(2);
  await page.getByLabel("Show").selectOption("first");
  await page.getByRole("button", { name: "Filter" }).click();
  await expect(page.getByText("No runs like this")).toBeVisible();
  await page.getByRole("link", { name: "Clear" }).click();
  await expect(page).toHaveURL(base);
  const tomorrow = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);
  await page.getByLabel("From").fill(tomorrow);
  await page.getByRole("button", { name: "Filter" }).click();
  await expect(page.getByText("No runs like this")).toBeVisible();
  await page.goto(`${base}?key=${workspace.keyId}&to=${tomorrow}&status=nonsense`);
  await expect(rows).toHaveCount(21);
  await expect(page.getByLabel("API key")).toHaveValue(workspace.keyId);
  expect((await new AxeBuilder({ page }).analyze()).violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
});
