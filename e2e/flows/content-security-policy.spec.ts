/** Every page in a browser that enforces its content security policy: nothing that the product needs is refused. */
import { expect, test } from "@playwright/test";
import { fillWebhooks } from "../fixtures/every-table";
import { listAddresses } from "../api/isolation-doors";
import { makeUser, sessionCookieOf } from "../fixtures/session";
import { until } from "../fixtures/until";
import { makeWorkspace, owner, queueRuns, readRun, retireTestPlans, type Workspace } from "../fixtures/workspace";

let workspace: Workspace;
let run = "";
let hook = { endpoint: "", delivery: "" };
let cookie = { name: "", value: "" };

test.beforeAll(async () => {
  workspace = await makeWorkspace();
  await retireTestPlans();
  // Something was used: a chart with bars is more than one without.
  const [worked = ""] = await queueRuns(workspace, 1);
  await until(() => readRun(worked), ({ status }) => status === "succeeded");
  [run = ""] = await queueRuns(workspace, 1);
  hook = await fillWebhooks(workspace.tenantId);
  await owner().query("UPDATE run SET status = 'canceled', finished_at = now() WHERE id = $1", [run]);
});

async function signInAs(userId: string): Promise<void> {
  const [name = "", value = ""] = (await sessionCookieOf(userId)).split("=");
  cookie = { name, value };
}

test("no page has a violation, and scripts run on each", async ({ page, context, baseURL }) => {
  const violations: string[] = [];
  page.on("console", (message) => /Content.Security.Policy/i.test(message.text()) && violations.push(`${page.url()}: ${message.text()}`));
  for (const scheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme: scheme });
    for (const address of [...listAddresses("page"), "/no-such-page"]) {
      await signInAs(address.startsWith("/admin") ? await makeUser(null, { isStaff: true }) : workspace.userId);
      await context.addCookies([{ ...cookie, url: baseURL ?? "" }]);
      await page.goto(address.replace("[tenant]", workspace.slug).replace("[agent]", workspace.agentSlug).replace("[run]", run).replace("[endpoint]", hook.endpoint).replace("[delivery]", hook.delivery));
      // Only the page's own scripts put React's handle on its elements.
      await expect.poll(() => page.evaluate(() => [document, document.body].some((node) => Object.keys(node).some((key) => key.startsWith("__react")))), { message: address }).toBe(true);
    }
  }
  expect(violations).toEqual([]);
});

test("a dialog opens, its styles with it", async ({ page, context, baseURL }) => {
  const violations: string[] = [];
  page.on("console", (message) => /Content.Security.Policy/i.test(message.text()) && violations.push(message.text()));
  await signInAs(workspace.userId);
  await context.addCookies([{ ...cookie, url: baseURL ?? "" }]);
  await page.goto(`/t/${workspace.slug}/keys`);
  await page.getByRole("button", { name: "Create key" }).first().click();
  await expect(page.getByRole("dialog")).toBeVisible();
  expect(violations).toEqual([]);
});

test("what is planted in a page neither runs, nor dresses it, nor calls elsewhere", async ({ page }) => {
  await page.goto("/");
  const outcome = await page.evaluate(async () => {
    const seen: string[] = [];
    document.addEventListener("securitypolicyviolation", (event) => seen.push(event.effectiveDirective));
    document.body.insertAdjacentHTML("beforeend", "<img src=\"data:,\" onerror=\"window.planted = 1\">");
    document.body.insertAdjacentHTML("beforeend", "<style>body { display: none }</style>");
    await fetch("https://elsewhere.example/").catch(() => undefined);
    const end = performance.now() + 5_000;
    while (new Set(seen).size < 3 && performance.now() < end) await new Promise(requestAnimationFrame);
    return { planted: "planted" in window, seen: [...new Set(seen)].sort(), shown: getComputedStyle(document.body).display !== "none" };
  });
  expect(outcome).toEqual({ planted: false, seen: ["connect-src", "script-src-attr", "style-src-elem"], shown: true });
});
