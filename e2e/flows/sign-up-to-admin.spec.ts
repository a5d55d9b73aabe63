/** The main job: a stranger signs up, runs an agent in the browser and with curl, sees what it cost; staff see it too. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@playwright/test";
import { collectEvents, json, type Run } from "../api/client";
import { owner, retireTestPlans } from "../fixtures/workspace";
import { AccountPages, readSignUpLink } from "../pages/account-pages";
import { WorkspacePages } from "../pages/workspace-pages";
import { parseCurl } from "./curl-sample";

type Credentials = { staff: { email: string; password: string } };

const TEXT = readFileSync(join(import.meta.dirname, "../api/texts/tide-mill.txt"), "utf8");

test.beforeAll(retireTestPlans);

test("from the landing page to the bill, and into the back office", async ({ page, context }) => {
  test.setTimeout(180_000);
  const errors: string[] = [];
  page.on("pageerror", (error) => errors.push(error.message));
  const word = Date.now().toString(36);
  const person = { name: "Ada Miller", email: `ada-${word}@test.example`, password: `a long password ${word}` };
  const workspace = `Carrow Mill ${word}`;
  const account = new AccountPages(page);

  await account.signUp(person);
  const slug = await account.createWorkspace(await readSignUpLink(person.email), workspace);
  const pages = new WorkspacePages(page, slug);
  await expect(page.getByText("First steps")).toBeVisible();

  await pages.open("Agents");
  await pages.createAgent({ name: "Summarise", slug: "summarise", instructions: "Summarise the text in its own most important sentences." });

  // In the browser: the output is here before the run is over.
  await pages.runAgent(TEXT);
  await expect(pages.liveOutput()).toContainText(/\w{3,}/);
  await expect(page.locator('[data-status="succeeded"]').first()).toBeVisible({ timeout: 30_000 });
  const shown = (await pages.liveOutput().innerText()).trim();
  expect(shown.length).toBeGreaterThan(200);
  const samples = { wait: await pages.readSample("wait"), stream: await pages.readSample("stream") };

  await pages.open("API keys");
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  const key = await pages.createKey("My program");
  await page.getByRole("button", { name: "Copy key" }).click();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(key);
  await page.reload();
  await expect(page.getByText("My program")).toBeVisible();
  expect(await page.content()).not.toContain(key);

  // With the page's own curl lines.
  const send = (sample: string) => {
    const { url, headers, body } = parseCurl(sample, key);
    return fetch(url, { method: "POST", headers, body });
  };
  const waited = await send(samples.wait);
  expect(waited.status).toBe(201);
  const byWait = await json<Run>(waited);
  expect(byWait).toMatchObject({ status: "succeeded", output: "Your text." });
  const events = await collectEvents(await send(samples.stream));
  const byStream = events.at(-1)?.data.run as Run;
  expect(byStream.status).toBe("succeeded");
  expect(events.filter(({ type }) => type === "output.delta").map(({ data }) => String(data.text)).join("")).toBe("Your text.");

  // The list, and a run's own page.
  await pages.open("Runs");
  const rows = page.locator('[data-status="succeeded"]');
  await expect(rows).toHaveCount(3);
  await page.getByRole("link", { name: "summarise", exact: true }).last().click();
  await expect(page.getByRole("heading", { level: 1, name: /^Run/ })).toContainText("Succeeded");
  await expect(page.getByText("Output", { exact: true })).toBeVisible();
  await expect(page.getByRole("heading", { name: "Steps" })).toBeVisible();
  for (const label of ["Duration", "Agent-minutes", "Tokens in", "Tokens out"]) await expect(page.getByText(label, { exact: true }).first()).toBeVisible();
  const browserRunId = page.url().split("/").at(-1) ?? "";
  const browserMs = Number(await page.locator("[data-agent-ms]").getAttribute("data-agent-ms"));
  expect(browserMs).toBeGreaterThan(0);

  // Runs, ledger, usage page and billing page agree.
  const { rows: ledger } = await owner().query<{ run_id: string; ms: number }>(
    "SELECT run_id, sum(quantity)::int AS ms FROM ledger l JOIN tenant t ON t.id = l.tenant_id WHERE t.slug = $1 AND meter = 'agent_ms' AND billed GROUP BY run_id", [slug],
  );
  const msOf = Object.fromEntries(ledger.map(({ run_id, ms }) => [run_id, ms]));
  expect(msOf).toEqual({ [browserRunId]: browserMs, [byWait.id]: byWait.usage.agent_ms, [byStream.id]: byStream.usage.agent_ms });
  const totalMs = browserMs + byWait.usage.agent_ms + byStream.usage.agent_ms;
  const me = await json<{ usage: { agent_ms: { used: number }; api_calls: { used: number } } }>(await fetch(new URL("/api/v1/me", page.url()), { headers: { authorization: `Bearer ${key}` } }));
  expect(me.usage.agent_ms.used).toBe(totalMs);
  const totals = { ms: totalMs, calls: me.usage.api_calls.used };
  await pages.expectTotals("usage", totals);
  await expect(page.getByRole("heading", { name: "Agent-minutes per day, UTC" })).toBeVisible();
  await pages.expectTotals("billing", totals);
  await expect(page.getByText("Free plan").first()).toBeVisible();
  await expect(page.getByText("None: nothing is billed for Free.")).toBeVisible();

  await account.signOut();
  await page.goto(`/t/${slug}`);
  await expect(page).toHaveURL(/\/sign-in/);

  // Staff.
  const { staff } = JSON.parse(process.env.STINT_TEST_CREDENTIALS ?? "{}") as Credentials;
  await account.signIn(staff.email, staff.password);
  await expect(page).toHaveURL(/\/admin$/);
  const row = page.getByRole("row").filter({ hasText: workspace });
  await expect(row).toContainText("Free");
  await expect(row.getByTitle(`${totalMs} ms`)).toBeVisible();
  await expect(row.getByTitle("of 10000")).toHaveText(String(totals.calls));
  await expect(row.getByTitle("0 micro-dollars")).toBeVisible();
  await expect(row.locator("time").first()).toBeVisible();
  expect(errors).toEqual([]);
});
