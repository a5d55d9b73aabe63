/** The usage page: its views and their numbers, the CSV beside the API's, and how soon work shows on it. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test, type BrowserContext } from "@playwright/test";
import { BASE, call, json, type Run } from "../api/client";
import { sessionCookieOf } from "../fixtures/session";
import { until } from "../fixtures/until";
import { makeWorkspace, owner, retireTestPlans, type Workspace } from "../fixtures/workspace";
import { UsagePage } from "../pages/usage-page";

const TEXT = readFileSync(join(import.meta.dirname, "../api/texts/tide-mill.txt"), "utf8");
const NAME = '<b onmouseover="alert(1)">Bold</b>';

async function workspaceSignedIn(context: BrowserContext): Promise<Workspace> {
  const workspace = await makeWorkspace();
  await retireTestPlans();
  const [name = "", value = ""] = (await sessionCookieOf(workspace.userId)).split("=");
  await context.addCookies([{ name, value, url: BASE }]);
  return workspace;
}

/** Use of the last thirteen months: every day some, and today in its first hour. */
async function fill({ tenantId, agentId, keyId }: Workspace): Promise<void> {
  await owner().query("UPDATE agent SET name = $2 WHERE id = $1", [agentId, NAME]);
  await owner().query("UPDATE api_key SET name = '=1+1' WHERE id = $1", [keyId]);
  await owner().query(
    `INSERT INTO usage_hourly (tenant_id, hour, meter, agent_id, api_key_id, quantity)
     SELECT $1, d, m.meter, CASE m.meter WHEN 'api_calls' THEN '' ELSE $2 END, $3, m.each FROM generate_series(date_trunc('day', now(), 'UTC') - interval '390 days', date_trunc('day', now(), 'UTC'), interval '1 day') d,
            (VALUES ('agent_ms', 61000), ('api_calls', 7), ('model_micros', 12345), ('input_tokens', 900), ('output_tokens', 100)) AS m (meter, each)`, [tenantId, agentId, keyId]);
  await owner().query(`INSERT INTO usage_daily (tenant_id, day, meter, agent_id, api_key_id, quantity)
    SELECT tenant_id, (hour AT TIME ZONE 'UTC')::date, meter, agent_id, api_key_id, sum(quantity) FROM usage_hourly WHERE tenant_id = $1 GROUP BY 1, 2, 3, 4, 5`, [tenantId]);
}

test("today, the period and twelve months, by meter, agent and key, agree with the API", async ({ page, context }) => {
  const workspace = await workspaceSignedIn(context);
  await fill(workspace);
  const usage = new UsagePage(page, workspace.slug);
  await usage.open();
  const dayOfMonth = new Date().getUTCDate();
  expect(await usage.executedMs()).toBe(61_000 * dayOfMonth);
  expect(await usage.bars()).toHaveLength(dayOfMonth);
  await expect(page.getByText(/^[\d.,]+ min in \w+ days?/)).toBeVisible();

  await usage.choose("Meter", /API calls/);
  expect((await usage.bars())[0]?.[1]).toBe("7 calls");
  await usage.choose("Bars", "Total so far");
  await expect(page.getByText(/The cap for the period is/)).toBeVisible();
  await usage.choose("Group by", "API key");
  await expect(page.getByRole("row").filter({ hasText: "=1+1" })).toBeVisible();

  await usage.choose("Range", "12 months");
  await usage.choose("Meter", /Tokens/);
  expect(await usage.bars()).toHaveLength(12);
  await usage.choose("Group by", "Agent");
  await expect(page.getByRole("cell", { name: NAME })).toBeVisible();
  await expect(page).toHaveURL(/range=year/);
  await page.reload();
  await expect(page.getByRole("heading", { name: "Tokens per month, UTC" })).toBeVisible();

  await usage.choose("Range", "Today");
  expect((await usage.bars()).at(-1)).toEqual(["00:00", "1,000 tokens"]);

  // What the browser downloads is what a program gets.
  for (const what of [/usage by hour/, /usage by agent/]) {
    const { href, text } = await usage.download(what);
    const api = await call("GET", href.replace(/tenant=[^&]*&/, ""), { key: workspace.secret });
    expect(text).toBe(await api.text());
    expect(text.split("\r\n").length).toBeGreaterThan(2);
  }
});

test("a workspace without use is told what would show here", async ({ page, context }) => {
  const workspace = await workspaceSignedIn(context);
  const usage = new UsagePage(page, workspace.slug);
  for (const [range, title] of [["today", "Nothing used today"], ["period", "Nothing used in this period"], ["year", "Nothing used in twelve months"]] as const) {
    await usage.open(`?range=${range}`);
    await expect(page.getByRole("heading", { name: title })).toBeVisible();
  }
  await expect(page.getByText("/api/v1/usage?group_by=day")).toBeVisible();
});

test("a run shows while it executes, and its use soon after its end, without a reload", async ({ page, context }) => {
  const workspace = await workspaceSignedIn(context);
  await owner().query("UPDATE tenant SET plan_id = 'pro' WHERE id = $1", [workspace.tenantId]);
  const second = await context.newPage();
  const started = await json<Run>(await call("POST", "/api/v1/runs", { key: workspace.secret, body: { agent: workspace.agentSlug, input: TEXT } }));
  const usage = new UsagePage(page, workspace.slug);
  await Promise.all([usage.open(), second.goto(`/t/${workspace.slug}`)]);
  await page.bringToFront();
  await expect(page.getByText("1 executing")).toBeVisible();
  const read = async () => json<Run>(await call("GET", `/api/v1/runs/${started.id}`, { key: workspace.secret }));
  const run = await until(read, ({ status }) => status === "succeeded", 30_000);
  await until(() => usage.gauge("Agent-minutes").getAttribute("aria-valuenow"), (now) => now === String(run.usage.agent_ms), 5_000);
  // The bars, which follow the ledger, come right after.
  await until(() => usage.executedMs(), (ms) => ms === run.usage.agent_ms, 5_000);
  await expect(page.getByText("1 executing")).toBeHidden();

  // The overview catches up as soon as somebody looks at it.
  await second.bringToFront();
  await expect(second.getByRole("meter", { name: "Agent-minutes" })).toHaveAttribute("aria-valuenow", String(run.usage.agent_ms), { timeout: 3_000 });
  await expect(second.locator('[data-status="succeeded"]').first()).toBeVisible();
});

test("a page on which nothing runs shows what is used elsewhere", async ({ page, context }) => {
  const workspace = await workspaceSignedIn(context);
  const usage = new UsagePage(page, workspace.slug);
  for (const address of [`/t/${workspace.slug}`, `/t/${workspace.slug}/usage`]) {
    const waits = page.waitForRequest(/usage\/live\?.*after=/);
    await page.goto(address);
    await waits;
    const used = Number(await usage.gauge("API calls").getAttribute("aria-valuenow"));
    await call("GET", "/api/v1/agents", { key: workspace.secret });
    await expect(usage.gauge("API calls")).toHaveAttribute("aria-valuenow", String(used + 1), { timeout: 5_000 });
  }
  // The bars, which follow the ledger, come right after.
  await expect(page.locator("[data-total-calls]")).toHaveAttribute("data-total-calls", "2", { timeout: 5_000 });
});

test("a page on which nothing happens has one question open, and one at which nobody looks none", async ({ page, context }) => {
  const workspace = await workspaceSignedIn(context);
  const asked: string[] = [];
  await page.clock.install();
  // Nobody answers: what is held stays open.
  await page.route("**/api/v1/usage/live?*", (route) => void asked.push(route.request().url()));
  await new UsagePage(page, workspace.slug).open();
  await page.clock.runFor("10:00");
  await expect.poll(() => asked).toEqual([expect.stringContaining("after=")]);
  await page.evaluate(() => {
    Object.defineProperty(document, "visibilityState", { value: "hidden" });
    document.dispatchEvent(new Event("visibilitychange"));
  });
  await page.clock.runFor("10:00");
  expect(asked).toHaveLength(1);
});
