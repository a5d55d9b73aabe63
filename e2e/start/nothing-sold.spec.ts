/** A copy that sells nothing: every page works, none leads to billing or a plan, and the limits are its operator's. */
import { expect, test } from "@playwright/test";
import { makeUser, sessionCookieOf } from "../fixtures/session";
import { startWebProcess, type WebProcess } from "../fixtures/web-process";
import { makeAgent, makeWorkspace, owner, queueRuns, retireTestPlans, type Workspace } from "../fixtures/workspace";

let web: WebProcess;
let one: Workspace;
let cookies: { name: string; cookie: string }[] = [];

test.beforeAll(async () => {
  await retireTestPlans();
  one = await makeWorkspace();
  // Every hint that a plan may give: all seats and all agents taken, and one more of each.
  await owner().query("UPDATE plan SET agents = 1, members = 2, minutes_ms = 300000000 WHERE id = 'built_in'");
  await owner().query("UPDATE tenant SET plan_id = 'built_in' WHERE id = $1", [one.tenantId]);
  await makeAgent(one, "stint-extract-1");
  await queueRuns(one, 1);
  await makeUser({ workspace: one, role: "developer" });
  const late = await makeUser({ workspace: one, role: "admin" });
  web = await startWebProcess(() => ({ STRIPE_SECRET_KEY: "", STRIPE_WEBHOOK_SECRET: "", BUILT_IN_PLAN: '{"minutes": 5000, "agents": 1, "members": 2}' }));
  const staff = await makeUser(null, { isStaff: true });
  cookies = [{ name: "the owner", cookie: await sessionCookieOf(one.userId) }, { name: "a member without a seat", cookie: await sessionCookieOf(late) }, { name: "staff", cookie: await sessionCookieOf(staff) }];
});
test.afterAll(async () => {
  await web.stop();
  await owner().query("UPDATE plan SET agents = 20, members = 20, minutes_ms = 600000000 WHERE id = 'built_in'");
});

const read = async (path: string, cookie = "") => {
  const response = await fetch(`${web.url}${path}`, { headers: { cookie, accept: "text/html" }, redirect: "manual" });
  return { status: response.status, html: await response.text() };
};
/** What stands on the page: without scripts, which hold the code of every page. */
const visible = (html: string) => html.replace(/<script[\s\S]*?<\/script>/g, "").replace(/<template[\s\S]*?<\/template>/g, "");
const wordsOf = (html: string) => visible(html).replace(/<[^>]+>/g, " ").replace(/&[^;]+;/g, " ");
const linksOf = (html: string) => Array.from(visible(html).matchAll(/<a[^>]+href="(\/[^"#]*)/g), (match) => (match[1] ?? "").replaceAll("&amp;", "&"));

/** Pages that a person reaches from here by links of this copy, each once. */
async function crawl(from: string[], cookie: string, mayAll: boolean): Promise<Map<string, string>> {
  const seen = new Map<string, string>();
  const waiting = [...from];
  for (let path = waiting.shift(); path !== undefined; path = waiting.shift()) {
    // Filters and pages of the same list are the same page.
    if (seen.has(path.split("?")[0] ?? "") || /^\/(api|_next)\//.test(path)) continue;
    const { status, html } = await read(path, cookie);
    // The sidebar is the same for everybody: who may only look finds no page of keys.
    if ((status >= 300 && status < 400) || (status === 404 && !mayAll)) continue;
    expect([path, status]).toEqual([path, 200]);
    seen.set(path.split("?")[0] ?? "", html);
    waiting.push(...linksOf(html));
  }
  return seen;
}

test("no page that anybody reaches leads to billing, to Stripe or to another plan", async () => {
  for (const { name, cookie } of cookies) {
    const pages = await crawl(name === "staff" ? ["/admin", `/admin/tenants/${one.slug}`] : [`/t/${one.slug}`, "/", "/pricing"], cookie, name !== "a member without a seat");
    for (const [path, html] of pages) {
      const about = `${path}, read by ${name}`;
      expect(linksOf(html).filter((href) => href.includes("/billing")), about).toEqual([]);
      // What the documentation says of plans is said of the product.
      if (/^\/(docs|security|licence|status)/.test(path)) continue;
      expect(visible(html), about).not.toMatch(/stripe\.com/i);
      // Staff see workspaces of the other tests, which have bought plans.
      const hints = name === "staff" ? /larger plan|upgrade|see the plan|buy/i : /larger plan|upgrade|see the plan|buy|start(?: a)? trial|not on sale|choose a plan|starter|overage is/i;
      expect(wordsOf(html).match(hints)?.[0], about).toBeUndefined();
    }
    if (name === "the owner") {
      expect([...pages.keys()]).toEqual(expect.arrayContaining(["agents", "runs", "schedules", "keys", "webhooks", "usage", "caps", "team", "audit", "settings"].map((section) => `/t/${one.slug}/${section}`)));
    }
  }
});

test("the pricing page and the landing page say that there is one plan, and what it has", async () => {
  for (const path of ["/", "/pricing"]) {
    const words = wordsOf((await read(path)).html);
    expect(words).toMatch(/One plan/);
    expect(words).toMatch(/5,000/);
  }
});

test("what does not fit is marked, with what makes room and without a plan", async () => {
  const [ofOwner, ofLate] = [cookies[0]?.cookie ?? "", cookies[1]?.cookie ?? ""];
  expect(wordsOf((await read(`/t/${one.slug}/agents`, ofOwner)).html)).toMatch(/The plan has room for 1 agent[\s\S]*Archive one that you do not need[\s\S]*Read-only/);
  expect(wordsOf((await read(`/t/${one.slug}/team`, ofOwner)).html)).toMatch(/The plan has 2 seats, and there are 3 members[\s\S]*Remove a member/);
  expect(wordsOf((await read(`/t/${one.slug}/agents`, ofLate)).html)).toMatch(/You may look at this workspace and change nothing/);
  // Typed by hand there is no such page either.
  expect((await read(`/t/${one.slug}/billing`, ofOwner)).status).toBe(404);
});
