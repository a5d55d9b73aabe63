/** What the doors of the browser refuse, and how. */
import { expect, test, type Page } from "@playwright/test";
import { retireTestPlans } from "../fixtures/workspace";
import { until } from "../fixtures/until";
import { AccountPages, readMail, readSignUpLink } from "../pages/account-pages";
import { WorkspacePages } from "../pages/workspace-pages";

type Credentials = { owner: { email: string; password: string }; workspace: string };
const demo = (): Credentials => JSON.parse(process.env.STINT_TEST_CREDENTIALS ?? "{}") as Credentials;
let count = 0;
const newPerson = () => ({ name: "Bo Carter", email: `bo-${Date.now().toString(36)}-${count++}@test.example`, password: "a long password of Bo's" });

test.beforeAll(retireTestPlans);

async function enter(page: Page): Promise<{ slug: string; person: ReturnType<typeof newPerson>; link: string }> {
  const account = new AccountPages(page);
  const person = newPerson();
  await page.goto("/sign-up");
  await account.fillSignUp(person);
  const link = await readSignUpLink(person.email);
  return { slug: await account.createWorkspace(link, `Bo ${person.email.slice(3, 13)}`), person, link };
}

test("a wrong password and an unknown address get the same answer, and a field is named when it is wrong", async ({ page }) => {
  const account = new AccountPages(page);
  const said: string[] = [];
  for (const email of [demo().owner.email, "nobody@test.example"]) {
    await account.signIn(email, "not the password");
    await expect(account.problem().first()).toBeVisible();
    said.push(await account.problem().first().innerText());
    await expect(page.getByLabel("E-mail")).toHaveValue(email);
    await expect(page.getByLabel("Password")).toHaveValue("");
  }
  expect(said[0]).toContain("do not belong together");
  expect(said[1]).toBe(said[0]);
  await account.signIn("not-an-address", "x");
  await expect(page.getByText("Enter an e-mail address.")).toBeVisible();
});

test("who came for a plan finds it first in the new workspace, and who comes back to the link is led on", async ({ page }) => {
  const account = new AccountPages(page);
  const person = newPerson();
  await page.goto("/pricing");
  await page.getByRole("link", { name: "Try Pro for 14 days" }).click();
  await account.fillSignUp(person);
  const link = await readSignUpLink(person.email);
  await page.goto(link);
  await page.getByLabel("Workspace name").fill(`Bo ${person.email.slice(3, 13)}`);
  await page.getByRole("button", { name: "Create workspace" }).click();
  await expect(page).toHaveURL(/\/t\/[a-z0-9-]+\/billing\/plans\?plan=pro$/);
  const slug = new URL(page.url()).pathname.split("/")[2] ?? "";
  await page.goto(link);
  await expect(page).toHaveURL(new RegExp(`/t/${slug}$`));
});

test("signing up again with a known address says the same and mails its owner", async ({ page }) => {
  const account = new AccountPages(page);
  await page.goto("/sign-up");
  await account.fillSignUp({ name: "Mallory", email: demo().owner.email, password: "a long password" });
  await expect(page.getByRole("heading", { name: "Check your mail" })).toBeVisible();
  expect((await readMail(demo().owner.email)).text).not.toContain("/welcome?token=");
});

test("a short password and an empty name are named, and what was typed stays", async ({ page }) => {
  await page.goto("/sign-up");
  await new AccountPages(page).fillSignUp({ name: "", email: "cy@test.example", password: "short" });
  await expect(page.getByText("Enter your name.")).toBeVisible();
  await expect(page.getByText("Use at least 10 characters.")).toBeVisible();
  await expect(page.getByLabel("E-mail")).toHaveValue("cy@test.example");
});

test("a link works once, another's workspace is a 404, and so is the back office", async ({ page, context }) => {
  const { slug, link } = await enter(page);
  await context.clearCookies();
  await page.goto(link);
  await expect(page.getByRole("heading", { name: "This link does not work any more" })).toBeVisible();
  await page.goto(`/t/${slug}`);
  await expect(page).toHaveURL(new RegExp(`/sign-in\\?next=${encodeURIComponent(`/t/${slug}`)}`));

  const { owner } = demo();
  await new AccountPages(page).fillSignIn(owner.email, owner.password);
  // Signed in, and led back to a workspace that is somebody else's.
  await expect(page).toHaveURL(new RegExp(`/t/${slug}$`));
  const statuses: Record<string, number | undefined> = {};
  for (const path of [`/t/${slug}`, `/t/${slug}/keys`, `/t/${slug}/usage`, "/t/no-such-workspace", "/admin"]) statuses[path] = (await page.goto(path))?.status();
  expect(Object.values(statuses), JSON.stringify(statuses)).toEqual([404, 404, 404, 404, 404]);
  expect((await page.goto(`/t/${demo().workspace}`))?.status()).toBe(200);
});

test("a session is usable from its own pages and from nowhere else", async ({ page, context }) => {
  const { slug } = await enter(page);
  const fromPage = await page.evaluate(async (tenant) => (await fetch(`/api/v1/keys?tenant=${tenant}`, { method: "POST", headers: { "content-type": "application/json" }, body: '{"name":"from the page"}' })).status, slug);
  expect(fromPage).toBe(201);
  const cookie = (await context.cookies()).map(({ name, value }) => `${name}=${value}`).join("; ");
  for (const headers of [{ origin: "https://evil.example" }, { "sec-fetch-site": "cross-site" }, {}]) {
    const response = await fetch(new URL(`/api/v1/keys?tenant=${slug}`, page.url()), { method: "POST", headers: { cookie, "content-type": "application/json", ...(headers as Record<string, string>) }, body: '{"name":"from elsewhere"}' });
    expect(response.status).toBe(403);
  }
  for (const one of await context.cookies()) if (one.name.includes("session")) expect([one.httpOnly, one.sameSite]).toEqual([true, "Lax"]);
});

test("pressing Create key twice makes one key, and a revoked key stops", async ({ page }) => {
  const { slug } = await enter(page);
  const pages = new WorkspacePages(page, slug);
  await pages.open("API keys");
  await pages.openKeyForm("Twice");
  await pages.keyForm().getByRole("button", { name: "Create key" }).dblclick();
  const secret = await page.getByTestId("key-secret").innerText();
  await page.reload();
  await expect(page.getByText("Twice", { exact: true })).toHaveCount(1);

  const me = () => fetch(new URL("/api/v1/me", page.url()), { headers: { authorization: `Bearer ${secret}` } });
  expect((await me()).status).toBe(200);
  await page.getByRole("button", { name: "Revoke", exact: true }).click();
  await page.getByRole("button", { name: "Revoke key" }).click();
  await expect(page.getByText("Revoked", { exact: true })).toBeVisible();
  await until(async () => (await me()).status, (status) => status === 401, 1_000);
});
