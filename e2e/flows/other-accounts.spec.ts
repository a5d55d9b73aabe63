/** Signing in with GitHub and Google, against a stand-in that speaks as they do, in a web process that is set up for them. */
import type { Server } from "node:http";
import AxeBuilder from "@axe-core/playwright";
import { expect, test, type Page } from "@playwright/test";
import { listen } from "@/local/serve";
import { createOauthServer, type Client, type Person } from "@/local/oauth/server";
import { newId } from "@/lib/core/ids";
import { makeUser, sessionCookieOf } from "../fixtures/session";
import { startWebProcess, type WebProcess } from "../fixtures/web-process";
import { makeWorkspace, owner, retireTestPlans } from "../fixtures/workspace";

const people: Person[] = [];
const clients: Record<"github" | "google", Client> = { github: { id: "client-of-github", secret: "secret-of-github", redirectUri: "" }, google: { id: "client-of-google", secret: "secret-of-google", redirectUri: "" } };
let provider: Server;
let providerUrl = "";
let web: WebProcess;

test.beforeAll(async () => {
  provider = createOauthServer({ url: () => providerUrl, ...clients, people });
  providerUrl = `http://127.0.0.1:${(await listen(provider, 0, "127.0.0.1")).port}`;
  web = await startWebProcess((url) => {
    for (const name of ["github", "google"] as const) clients[name].redirectUri = `${url}/api/auth/callback/${name}`;
    return {
      GITHUB_CLIENT_ID: clients.github.id, GITHUB_CLIENT_SECRET: clients.github.secret, GITHUB_URL: providerUrl,
      GOOGLE_CLIENT_ID: clients.google.id, GOOGLE_CLIENT_SECRET: clients.google.secret, GOOGLE_ISSUER: `${providerUrl}/google`,
    };
  });
});

test.afterAll(async () => {
  await web.stop();
  provider.close();
  provider.closeAllConnections();
});

// Everybody here shares one address: the limit by address has a test of its own.
test.beforeEach(async () => {
  people.length = 0;
  await fetch(process.env.STINT_TEST_REDIS_URL ?? "", { method: "POST", headers: { authorization: `Bearer ${process.env.STINT_TEST_REDIS_TOKEN}` }, body: '["FLUSHALL"]' });
});

function person(changes: Partial<Person> = {}): Person {
  const word = newId("usr").slice(-10);
  const made = { id: Math.floor(Math.random() * 1e9) + 1, login: word, name: `Person ${word}`, email: `${word}@test.example`, verified: true, ...changes };
  people.push(made);
  return made;
}

/** From our page to the provider's. */
async function leaveFor(page: Page, name: "GitHub" | "Google", path = "/sign-in"): Promise<void> {
  await page.goto(`${web.url}${path}`);
  await page.getByRole("button", { name: `Continue with ${name}` }).click();
  await expect(page.getByRole("heading", { name: "Who are you?" })).toBeVisible();
}

async function continueAs(page: Page, who: Person): Promise<void> {
  await page.getByRole("link", { name: `Continue as ${who.name}` }).click();
  await page.waitForURL((url) => url.origin === web.url);
}

/** Where the provider would send the browser, without going there. */
async function addressBack(page: Page, who: Person): Promise<string> {
  const href = await page.getByRole("link", { name: `Continue as ${who.name}` }).getAttribute("href");
  const response = await fetch(new URL(href ?? "", page.url()), { redirect: "manual" });
  return response.headers.get("location") ?? "";
}

async function signInAs(page: Page, userId: string): Promise<void> {
  const [name = "", value = ""] = (await sessionCookieOf(userId)).split("=");
  await page.context().addCookies([{ name, value, url: web.url, httpOnly: true, sameSite: "Lax" }]);
}

const cookieNames = async (page: Page): Promise<string[]> => (await page.context().cookies()).map(({ name }) => name).sort();
const identitiesOf = async (userId: string): Promise<{ provider: string; account_id: string }[]> => (await owner().query<{ provider: string; account_id: string }>("SELECT provider, account_id FROM user_identity WHERE user_id = $1 ORDER BY provider", [userId])).rows;
const usersOf = async (email: string): Promise<{ id: string; password_hash: string | null }[]> => (await owner().query<{ id: string; password_hash: string | null }>("SELECT id, password_hash FROM user_account WHERE email = $1", [email])).rows;
const problem = (page: Page) => page.getByRole("alert").filter({ hasText: /\S/ });

test("a new account by GitHub: a workspace, and back in by the same way", async ({ page }) => {
  const ada = person({ name: "Ada Lovelace" });
  await leaveFor(page, "GitHub", "/sign-up");
  await continueAs(page, ada);
  await expect(page).toHaveURL(`${web.url}/welcome`);
  await expect(page.getByRole("heading", { name: "Welcome, Ada Lovelace" })).toBeVisible();
  expect(await cookieNames(page)).toEqual(["stint.session"]);
  expect((await page.context().cookies())[0]).toMatchObject({ httpOnly: true, sameSite: "Lax", path: "/" });
  await page.getByLabel("Workspace name").fill(`Analytical ${ada.login}`);
  await page.getByRole("button", { name: "Create workspace" }).click();
  await expect(page).toHaveURL(/\/t\/analytical-/);

  const [user] = await usersOf(ada.email);
  expect(user).toMatchObject({ password_hash: null });
  expect(await identitiesOf(user?.id ?? "")).toEqual([{ provider: "github", account_id: String(ada.id) }]);
  await page.context().clearCookies();
  await leaveFor(page, "GitHub");
  await continueAs(page, ada);
  await expect(page).toHaveURL(/\/t\/analytical-/);
  const { rows } = await owner().query("SELECT method FROM user_session WHERE user_id = $1", [user?.id]);
  expect(rows).toEqual([{ method: "github" }, { method: "github" }]);
});

for (const name of ["GitHub", "Google"] as const) {
  test(`${name}: a verified address opens the account that has it, and leads to where somebody wanted to go`, async ({ page }) => {
    const workspace = await makeWorkspace();
    await retireTestPlans();
    const who = person({ email: workspace.email.toUpperCase() });
    await leaveFor(page, name, `/sign-in?next=/t/${workspace.slug}/agents`);
    await continueAs(page, who);
    await expect(page).toHaveURL(`${web.url}/t/${workspace.slug}/agents`);
    expect(await identitiesOf(workspace.userId)).toEqual([{ provider: name.toLowerCase(), account_id: name === "GitHub" ? String(who.id) : `g-${who.id}` }]);
  });

  test(`${name}: an address that is not verified opens nothing`, async ({ page }) => {
    const workspace = await makeWorkspace();
    const who = person({ email: workspace.email, verified: false });
    await leaveFor(page, name);
    await continueAs(page, who);
    await expect(problem(page)).toContainText(`${name} has verified no e-mail address`);
    expect(await cookieNames(page)).toEqual([]);
    expect(await identitiesOf(workspace.userId)).toEqual([]);
    const stranger = person({ verified: false });
    await leaveFor(page, name);
    await continueAs(page, stranger);
    await expect(problem(page)).toBeVisible();
    expect(await usersOf(stranger.email)).toEqual([]);
  });

  test(`${name}: whoever says no is told so`, async ({ page }) => {
    person();
    await leaveFor(page, name);
    await page.getByRole("link", { name: "Cancel" }).click();
    await expect(problem(page)).toContainText(`You stopped at ${name}`);
    expect(await cookieNames(page)).toEqual([]);
  });
}

test("who has a second factor is asked for it", async ({ page }) => {
  const workspace = await makeWorkspace();
  await owner().query("UPDATE user_account SET totp_secret = 'sealed', totp_enabled_at = now() WHERE id = $1", [workspace.userId]);
  const who = person({ email: workspace.email });
  await leaveFor(page, "Google");
  await continueAs(page, who);
  await expect(page).toHaveURL(`${web.url}/sign-in/two-factor`);
  expect(await cookieNames(page)).toEqual(["stint_second_factor"]);
  const { rows } = await owner().query("SELECT 1 FROM user_session WHERE user_id = $1", [workspace.userId]);
  expect(rows).toEqual([]);
});

test("an account is connected and disconnected on the account page, whatever its address", async ({ page }) => {
  const userId = await makeUser(null);
  const who = person({ verified: false });
  await signInAs(page, userId);
  await page.goto(`${web.url}/account/security`);
  const card = page.getByRole("region", { name: "Other ways to sign in" });
  await card.getByRole("button", { name: "Connect GitHub" }).click();
  await continueAs(page, who);
  await expect(page).toHaveURL(`${web.url}/account/security`);
  await expect(card.getByText(/^Connected/)).toHaveCount(1);
  expect(await identitiesOf(userId)).toEqual([{ provider: "github", account_id: String(who.id) }]);

  // Somebody else's attempt to connect the same account is refused; they stay who they are.
  const other = await makeUser(null);
  await signInAs(page, other);
  await page.goto(`${web.url}/account/security`);
  await card.getByRole("button", { name: "Connect GitHub" }).click();
  await continueAs(page, who);
  await expect(problem(page)).toContainText("connected to somebody else's account");
  expect(await identitiesOf(other)).toEqual([]);

  await signInAs(page, userId);
  await page.goto(`${web.url}/account/security`);
  await card.getByRole("button", { name: "Disconnect GitHub" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Disconnect GitHub" }).click();
  await expect(card.getByRole("button", { name: "Connect GitHub" })).toBeVisible();
  expect(await identitiesOf(userId)).toEqual([]);
  const { rows } = await owner().query("SELECT action FROM account_event WHERE user_id = $1 ORDER BY id", [userId]);
  expect(rows).toEqual([{ action: "identity.linked" }, { action: "identity.unlinked" }]);
});

test("what was begun in one session connects nothing in another, nor without one", async ({ page }) => {
  const [userId, other] = [await makeUser(null), await makeUser(null)];
  const who = person();
  for (const becomes of [() => signInAs(page, other), () => page.context().clearCookies({ name: "stint.session" }), () => owner().query("UPDATE user_session SET revoked_at = now() WHERE user_id = $1", [userId])]) {
    await signInAs(page, userId);
    await page.goto(`${web.url}/account/security`);
    await page.getByRole("button", { name: "Connect GitHub" }).click();
    await expect(page.getByRole("heading", { name: "Who are you?" })).toBeVisible();
    await becomes();
    await continueAs(page, who);
    await expect(problem(page)).toContainText("Your session ended on the way");
  }
  expect([...await identitiesOf(userId), ...await identitiesOf(other)]).toEqual([]);
  expect(await usersOf(who.email)).toEqual([]);
});

test("a callback works in the browser that began it, with its state, once", async ({ page, browser }) => {
  const who = person();
  await leaveFor(page, "Google");
  const back = await addressBack(page, who);

  // Another browser: whoever is made to open an address of an attacker's does not become the attacker.
  const victim = await browser.newContext();
  const elsewhere = await victim.newPage();
  await elsewhere.goto(back);
  await expect(problem(elsewhere)).toContainText("begun in another window");
  expect(await victim.cookies()).toEqual([]);
  await victim.close();
  expect(await usersOf(who.email)).toEqual([]);

  const cookies = await page.context().cookies();
  const forged = new URL(back);
  forged.searchParams.set("state", "forged");
  await page.goto(forged.href);
  await expect(problem(page)).toContainText("begun in another window");
  expect(await usersOf(who.email)).toEqual([]);

  // The same cookies and address again are good until the code was used; after that for nobody.
  await page.context().addCookies(cookies);
  await page.goto(back);
  await expect(page).toHaveURL(`${web.url}/welcome`);
  await page.context().clearCookies();
  await page.context().addCookies(cookies);
  await page.goto(back);
  await expect(problem(page)).toContainText("Google did not confirm who you are");
  expect(await cookieNames(page)).toEqual([]);
});

test("a handshake with one provider does not end at the other's address", async ({ page }) => {
  const who = person();
  await leaveFor(page, "GitHub");
  const back = await addressBack(page, who);
  await page.goto(back.replace("/callback/github", "/callback/google"));
  await expect(problem(page)).toContainText("begun in another window");
  expect(await usersOf(who.email)).toEqual([]);
});

test("nothing leads to another site", async ({ page }) => {
  const who = person();
  for (const next of ["https://elsewhere.example/", "//elsewhere.example/", "/\\elsewhere.example", "/\t/elsewhere.example"]) {
    await page.context().clearCookies();
    await leaveFor(page, "GitHub", `/sign-in?next=${encodeURIComponent(next)}`);
    await continueAs(page, who);
    await expect(page).toHaveURL(`${web.url}/welcome`);
  }
  const away = encodeURIComponent("https://elsewhere.example/");
  for (const path of [`signin?callbackUrl=${away}`, `signin/github?callbackUrl=${away}`, `callback/github?callbackUrl=${away}`, `callback/github?error=x&error_description=${away}`, `signout?callbackUrl=${away}`, `error?error=${away}`]) {
    const response = await fetch(`${web.url}/api/auth/${path}`, { redirect: "manual", headers: { cookie: `next-auth.callback-url=${away}` } });
    const location = response.headers.get("location");
    if (location) expect(new URL(location, web.url).origin, path).toBe(web.url);
  }
});

test("next-auth neither reads nor prolongs a session of ours", async () => {
  const cookie = await sessionCookieOf(await makeUser(null));
  for (const name of ["stint.session", "next-auth.session-token"]) {
    const response = await fetch(`${web.url}/api/auth/session`, { headers: { cookie: `${name}=${cookie.split("=")[1]}` } });
    expect(await response.json()).toEqual({});
    for (const set of response.headers.getSetCookie()) expect(set).not.toContain("session-token=ey");
  }
});

test("the way there and back is limited by address", async () => {
  const statuses: string[] = [];
  for (let asked = 0; asked < 41; asked++) {
    const response = await fetch(`${web.url}/api/auth/callback/github?code=x&state=x`, { redirect: "manual" });
    statuses.push(`${response.status} ${new URL(response.headers.get("location") ?? "").searchParams.get("error")}`);
  }
  expect(statuses[39]).toBe("303 expired");
  expect(statuses[40]).toBe("303 too_many");
});

test("the pages pass axe, at 360 px, in light and dark, without a violation of the policy", async ({ page }) => {
  const violations: string[] = [];
  page.on("console", (message) => /Content.Security.Policy/i.test(message.text()) && violations.push(message.text()));
  await page.setViewportSize({ width: 360, height: 800 });
  await signInAs(page, await makeUser(null));
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    for (const path of ["/sign-in?error=no_verified_address&provider=google", "/sign-up", "/account/security?error=taken&provider=github"]) {
      await page.goto(`${web.url}${path}`);
      await expect(page.getByRole("button", { name: /Google/ })).toBeVisible();
      // The rest of the security page is another suite's subject.
      const axe = new AxeBuilder({ page }).include(path.startsWith("/account") ? "section[aria-labelledby=other-ways]" : "body");
      expect((await axe.analyze()).violations, `${path} ${colorScheme}`).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth), path).toBe(360);
    }
  }
  expect(violations).toEqual([]);
});

test("without its variables nothing of it is shown, and there is nothing to call", async ({ page }) => {
  await page.goto("/sign-in");
  await expect(page.getByRole("button", { name: "Sign in" })).toBeVisible();
  await expect(page.getByRole("button", { name: /Continue with/ })).toHaveCount(0);
  const response = await fetch(`${process.env.STINT_TEST_URL}/api/auth/callback/github?code=x&state=x`, { redirect: "manual" });
  expect(response.status).toBe(400);
});

test("a provider that is away is told, and nothing is changed", async ({ page }) => {
  const who = person();
  await leaveFor(page, "GitHub");
  const back = await addressBack(page, who);
  provider.close();
  provider.closeAllConnections();
  await page.goto(back);
  await expect(problem(page)).toContainText("GitHub did not confirm who you are");
  await page.getByRole("button", { name: "Continue with Google" }).click();
  await expect(problem(page).last()).toContainText("Google does not answer at the moment");
  expect(await usersOf(who.email)).toEqual([]);
});
