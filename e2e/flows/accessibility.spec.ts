/**
 * Every page that exists, in light and dark, on a phone and on a desk: no violation that axe can find, nothing that
 * scrolls sideways, and every control reached and shown by the keyboard alone.
 */
import AxeBuilder from "@axe-core/playwright";
import { expect, test, type BrowserContext, type Page } from "@playwright/test";
import { listAddresses } from "../api/isolation-doors";
import { fillWebhooks } from "../fixtures/every-table";
import { makeModelKey } from "../fixtures/model-keys";
import { makeUser, sessionCookieOf } from "../fixtures/session";
import { makeTool } from "../fixtures/tools";
import { makeWorkspace, owner, queueRuns, retireTestPlans, type Workspace } from "../fixtures/workspace";

const WIDTHS = [360, 1440];
const SCHEMES = ["light", "dark"] as const;
/** What a browser stops at when Tab is pressed. */
const STOPS = "a[href], button:not([disabled]), input:not([disabled]):not([type=hidden]), select:not([disabled]), textarea:not([disabled]), summary, [tabindex='0']";
let workspace: Workspace;
let staffId = "";
let run = "";
let tool = "";
let hook = { endpoint: "", delivery: "" };

test.beforeAll(async () => {
  workspace = await makeWorkspace();
  await retireTestPlans();
  await owner().query("UPDATE tenant SET plan_id = 'pro' WHERE id = $1", [workspace.tenantId]);
  [run = ""] = await queueRuns(workspace, 1);
  await owner().query("UPDATE run SET status = 'canceled', finished_at = now() WHERE id = $1", [run]);
  await makeModelKey(workspace);
  tool = await makeTool(workspace);
  await owner().query(`UPDATE tool SET kind = 'mcp', config = '{"url":"https://mcp.example.com/mcp","timeout_seconds":5,"max_answer_bytes":1000,"header_names":["Authorization"]}',
    offered = '[{"name":"read","description":"Reads a file.","input_schema":{"type":"object"}}]', offered_at = now() WHERE id = $1`, [tool]);
  hook = await fillWebhooks(workspace.tenantId);
  // Somebody beside the owner, so that tables of people have rows with controls.
  await makeUser({ workspace, role: "developer" });
  staffId = await makeUser(null, { isStaff: true });
});

async function open(page: Page, context: BrowserContext, address: string, baseURL: string): Promise<void> {
  await context.clearCookies();
  // In front of a session the pages are those that a stranger sees.
  if (/^\/(t|account|admin|welcome)/.test(address)) {
    const [name = "", value = ""] = (await sessionCookieOf(address.startsWith("/admin") ? staffId : workspace.userId)).split("=");
    await context.addCookies([{ name, value, url: baseURL }]);
  }
  // A question that is held until something is used would keep the network busy.
  await page.route("**/api/v1/usage/live?*", (route) => route.abort());
  await page.goto(address.replace("[tenant]", workspace.slug).replace("[agent]", workspace.agentSlug).replace("[run]", run).replace("[tool]", tool).replace("[subject]", "runs").replace("[endpoint]", hook.endpoint).replace("[delivery]", hook.delivery));
  await page.waitForLoadState("networkidle");
}

async function violationsOf(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]).analyze();
  return violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.target.join(" ")}: ${node.failureSummary?.split("\n")[1]?.trim() ?? ""}`));
}

for (const address of [...listAddresses("page"), "/no-such-page"]) {
  test(`page ${address}`, async ({ page, context, baseURL }) => {
    await open(page, context, address, baseURL ?? "");
    for (const width of WIDTHS) {
      await page.setViewportSize({ width, height: 900 });
      for (const colorScheme of SCHEMES) {
        await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
        expect(await violationsOf(page), `${width} px, ${colorScheme}`).toEqual([]);
      }
      expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth), `${width} px`).toBe(0);
    }
    await expectKeyboard(page);
  });
}

/** Tab reaches every control that can be seen, one after another, and each shows where the focus is. */
async function expectKeyboard(page: Page): Promise<void> {
  const wanted = await page.evaluate((stops) => {
    const isShown = (element: Element): boolean => element.checkVisibility({ checkOpacity: false, checkVisibilityCSS: true }) && element.closest("[inert], [aria-hidden=true]") === null;
    const controls = [...document.querySelectorAll<HTMLElement>(stops)].filter((element) => element.tabIndex >= 0 && isShown(element));
    controls.forEach((element, at) => element.setAttribute("data-stop", String(at)));
    return controls.map((element) => `${element.tagName.toLowerCase()} ${element.textContent?.trim().slice(0, 40) || element.getAttribute("name") || element.getAttribute("aria-label") || ""}`);
  }, STOPS);
  await page.evaluate(() => {
    if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
    window.scrollTo(0, 0);
  });
  const reached = new Set<number>();
  const unseen: string[] = [];
  // Once around, and a little further: the browser's own stops come between.
  for (let pressed = 0; pressed < wanted.length + 12 && reached.size < wanted.length; pressed++) {
    await page.keyboard.press("Tab");
    const focus = await page.evaluate(() => {
      const element = document.activeElement;
      if (!(element instanceof HTMLElement) || element === document.body) return null;
      // A radio or a checkbox may show it on the label around it.
      const shows = [element, element.parentElement, element.closest("label")].some((one) => {
        if (!one) return false;
        const style = getComputedStyle(one);
        return (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== "none";
      });
      return { stop: element.getAttribute("data-stop"), shows, what: element.outerHTML.slice(0, 120) };
    });
    if (focus?.stop) reached.add(Number(focus.stop));
    if (focus && !focus.shows) unseen.push(focus.what);
  }
  expect(wanted.filter((_what, at) => !reached.has(at)), "not reached by Tab").toEqual([]);
  expect(unseen, "focus that cannot be seen").toEqual([]);
}

test("a dialog is opened, filled, refused, sent and left by the keyboard alone", async ({ page, context, baseURL }) => {
  await open(page, context, "/t/[tenant]/keys", baseURL ?? "");
  const opener = page.getByRole("button", { name: "Create key" }).first();
  await opener.focus();
  await page.keyboard.press("Enter");
  const dialog = page.getByRole("dialog");
  await expect(dialog.getByLabel("Name")).toBeFocused();
  expect(await violationsOf(page)).toEqual([]);
  await page.keyboard.press("Escape");
  await expect(dialog).toBeHidden();
  await expect(opener).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(dialog.getByLabel("Name")).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(dialog.getByText("Give the key a name.")).toBeVisible();
  await dialog.getByLabel("Name").focus();
  await page.keyboard.type("By keyboard");
  await page.keyboard.press("Enter");
  await expect(page.getByTestId("key-secret")).toBeVisible();
  expect(await violationsOf(page)).toEqual([]);
  // Focus stays inside while the dialog is open.
  for (let pressed = 0; pressed < 8; pressed++) {
    await page.keyboard.press("Tab");
    expect(await page.evaluate(() => document.activeElement?.closest("[role=dialog]") !== null)).toBe(true);
  }
  await page.keyboard.press("Escape");
  await expect(dialog).toBeHidden();
});
