/** Caps in the browser: what is left, overage and its limit, thresholds, notices, and a pause of one's own. */
import AxeBuilder from "@axe-core/playwright";
import { expect, test, type BrowserContext, type Page } from "@playwright/test";
import { makeUser, sessionCookieOf } from "../fixtures/session";
import { newId } from "@/lib/core/ids";
import { until } from "../fixtures/until";
import { makeKey, makeWorkspace, owner, readRun, retireTestPlans, type Workspace } from "../fixtures/workspace";
import { readMail } from "../pages/account-pages";
import { CapsPage } from "../pages/caps-page";
import { WorkspacePages } from "../pages/workspace-pages";

const MINUTE = 60_000;
let workspace: Workspace;
test.beforeEach(async () => {
  workspace = await makeWorkspace({}, { instructions: "Summarise the text in 200 sentences." });
  await retireTestPlans();
  await setPlan("starter");
});

const setPlan = (plan: string) => owner().query("UPDATE tenant SET plan_id = $2 WHERE id = $1", [workspace.tenantId, plan]);
type State = { overage_enabled: boolean; spend_limit_micros: number; pause_reason: string | null };
const stateOf = async () => (await owner().query<State>("SELECT overage_enabled, spend_limit_micros, pause_reason FROM tenant WHERE id = $1", [workspace.tenantId])).rows[0];

async function signInAs(context: BrowserContext, userId: string): Promise<void> {
  const [name = "", value = ""] = (await sessionCookieOf(userId)).split("=");
  await context.addCookies([{ name, value, url: process.env.STINT_TEST_URL ?? "" }]);
}

const post = (input: string) => fetch(`${process.env.STINT_TEST_URL}/api/v1/runs`, {
  method: "POST", headers: { authorization: `Bearer ${workspace.secret}`, "content-type": "application/json" }, body: JSON.stringify({ agent: workspace.agentSlug, input }),
});

/** Long sentences, so that an answer of a few of them streams for many seconds. */
const LONG = Array.from({ length: 20 }, (_, n) => `The ${n}th barge carried ${Array.from({ length: 150 }, (_, crate) => `crate ${n * 150 + crate}`).join(", ")} past the lock.`).join(" ");

async function startRun(): Promise<string> {
  const { id } = (await (await post(LONG)).json()) as { id: string };
  await until(() => readRun(id), ({ status }) => status === "running");
  return id;
}

/** Sets what the period has used, as if it had been used this moment. */
async function use(minutes: number): Promise<void> {
  await owner().query("INSERT INTO usage_counter (tenant_id, period_start, used_ms) VALUES ($1, date_trunc('month', now(), 'UTC'), $2) ON CONFLICT (tenant_id, period_start) DO UPDATE SET used_ms = excluded.used_ms", [workspace.tenantId, minutes * MINUTE]);
  await owner().query("SELECT check_thresholds(ARRAY[$1])", [workspace.tenantId]);
}

async function expectAccessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`)).toEqual([]);
}

test("overage says what it may cost, is turned on, changed and off, and a second tab does not overwrite it", async ({ page, context }) => {
  await signInAs(context, workspace.userId);
  await page.goto(`/t/${workspace.slug}`);
  await new WorkspacePages(page, workspace.slug).open("Caps");
  const caps = new CapsPage(page);
  const [other] = [await context.newPage()];
  await new CapsPage(other).open(workspace.slug);

  await page.getByLabel("Spend limit a period, in dollars").fill("0.50");
  await page.getByRole("button", { name: "Turn on overage" }).click();
  await expect(page.getByText("Choose a limit from $1 to $10,000.")).toBeVisible();
  await page.getByLabel("Spend limit a period, in dollars").fill("25");
  await expect(page.getByText("$25.00 reaches to 500 min more")).toBeVisible();
  await page.getByRole("button", { name: "Turn on overage" }).click();
  await expect(caps.dialog()).toContainText("It can add at most $25.00 to a period’s bill");
  await expectAccessible(page);
  await caps.dialog().getByRole("button", { name: "Turn on overage" }).click();
  await expect(page.getByText("On, up to $25.00 a period")).toBeVisible();
  await expect(page.getByRole("meter", { name: "Agent-minutes" }).last()).toHaveAttribute("aria-valuemax", String(1_500 * MINUTE));
  expect(await stateOf()).toMatchObject({ overage_enabled: true, spend_limit_micros: 25_000_000 });

  await other.getByLabel("Spend limit a period, in dollars").fill("9000");
  await new CapsPage(other).confirm("Turn on overage");
  await expect(other.getByText("Somebody changed overage while this page was open.")).toBeVisible();
  expect(await stateOf()).toMatchObject({ spend_limit_micros: 25_000_000 });

  await page.getByLabel("Spend limit a period, in dollars").fill("40.50");
  await caps.confirm("Save limit");
  await expect(page.getByText("On, up to $40.50 a period")).toBeVisible();
  await page.goto(`/t/${workspace.slug}/billing`);
  await expect(page.getByText("at most $40.50 a period")).toBeVisible();
  await caps.open(workspace.slug);
  await caps.confirm("Turn off overage");
  await expect(page.getByRole("button", { name: "Turn on overage" })).toBeVisible();
  expect(await stateOf()).toMatchObject({ overage_enabled: false });

  await setPlan("free");
  await page.reload();
  await expect(page.getByText("Free has no overage")).toBeVisible();
  await expect(page.getByLabel("Spend limit a period, in dollars")).toHaveCount(0);
});

test("a threshold is added, reached, mailed, shown to everybody, and dismissed by who may", async ({ page, context }) => {
  const { keyId } = await makeKey(workspace, ["runs:read"]);
  await owner().query("UPDATE api_key SET name = 'Production', monthly_cap_ms = 60000 WHERE id = $1", [keyId]);
  await signInAs(context, workspace.userId);
  const caps = new CapsPage(page);
  await caps.open(workspace.slug);
  await caps.addThreshold("80");
  await expect(page.getByText("Everybody is told at 80 % anyway.")).toBeVisible();
  await caps.addThreshold("60 %");
  await expect(caps.thresholds()).toHaveCount(4);
  await caps.addThreshold("90", "Production");
  await expect(page.getByText("of minutes of the key “Production”")).toBeVisible();
  await page.getByRole("button", { name: "Remove 90 % of minutes of the key “Production”" }).click();
  await expect(caps.thresholds()).toHaveCount(4);

  await use(650);
  const mail = await readMail(workspace.email);
  expect(mail.subject).toBe(`“${workspace.name}”: 60 % of the period’s agent-minutes are used`);
  expect(mail.text).toContain(`/t/${workspace.slug}/caps`);
  await page.reload();
  await expect(page.getByRole("table", { name: "Alerts of this workspace" })).toContainText("650 of 1,000 min");

  await use(1_000);
  const notice = page.getByText("All agent-minutes of this period are used").first();
  await signInAs(context, await makeUser({ workspace, role: "developer" }));
  for (const path of ["", "/usage", "/caps"]) {
    await page.goto(`/t/${workspace.slug}${path}`);
    await expect(notice).toBeVisible();
    await expect(page.getByRole("button", { name: /^Dismiss/ })).toHaveCount(0);
  }
  await expect(page.getByRole("button", { name: "Add threshold" })).toHaveCount(0);
  await expect(page.getByRole("button", { name: "Pause workspace" })).toHaveCount(0);
  await signInAs(context, await makeUser({ workspace, role: "billing" }));
  await page.goto(`/t/${workspace.slug}/billing`);
  await page.getByRole("button", { name: "Dismiss: All agent-minutes of this period are used" }).click();
  await expect(notice).toBeHidden();
  await page.goto(`/t/${workspace.slug}`);
  await expect(page.getByRole("region", { name: "Notices" })).toHaveCount(0);
});

test("pausing stops what runs and says so everywhere; only one's own pause is ended here", async ({ page, context }) => {
  await signInAs(context, workspace.userId);
  const caps = new CapsPage(page);
  await caps.open(workspace.slug);
  const run = await startRun();
  await caps.confirm("Pause workspace");
  await expect(page.getByRole("button", { name: "Resume workspace" })).toBeVisible();
  expect(await until(() => readRun(run), ({ status }) => status === "stopped")).toMatchObject({ error_code: "tenant_paused" });
  const refused = await post("One sentence.");
  expect([refused.status, ((await refused.json()) as { error: { code: string } }).error.code]).toEqual([402, "tenant_paused"]);
  await page.goto(`/t/${workspace.slug}`);
  await expect(page.getByRole("region", { name: "Notices" }).getByText("This workspace is paused")).toBeVisible();
  await caps.open(workspace.slug);
  await caps.confirm("Resume workspace");
  await expect(page.getByRole("button", { name: "Pause workspace" })).toBeVisible();
  expect((await stateOf())?.pause_reason).toBeNull();

  await use(2_000);
  await page.reload();
  await expect(page.getByText("This workspace is paused at twice its minutes").first()).toBeVisible();
  await expect(page.getByText("A larger plan, the next period or support ends the pause.").first()).toBeVisible();
  await expect(page.getByRole("button", { name: "Resume workspace" })).toHaveCount(0);
  // A larger plan: the worker lifts it within a second, and the page follows.
  await setPlan("pro");
  await until(stateOf, (state) => state?.pause_reason === null, 5_000);
});

test("the page follows a run while it works", async ({ page, context }) => {
  await signInAs(context, workspace.userId);
  await new CapsPage(page).open(workspace.slug);
  await expect(page.getByText("Running runs", { exact: true }).locator("..")).toContainText("0 of 5");
  // One that a worker holds for as long as this test needs.
  const id = newId("run");
  await owner().query(
    `INSERT INTO run (id, tenant_id, agent_id, agent_version, input, model, max_ms, status, worker_id, started_at, lease_expires_at)
     VALUES ($1, $2, $3, 1, 'x', 'stint-extract-1', 600000, 'running', 'wrk_test', now(), now() + interval '1 hour')`, [id, workspace.tenantId, workspace.agentId]);
  await expect(page.getByText("Running runs", { exact: true }).locator("..")).toContainText("1 of 5", { timeout: 20_000 });
  await owner().query("UPDATE run SET status = 'canceled', finished_at = now(), lease_expires_at = NULL WHERE id = $1", [id]);
  await expect(page.getByText("Running runs", { exact: true }).locator("..")).toContainText("0 of 5", { timeout: 20_000 });
});
