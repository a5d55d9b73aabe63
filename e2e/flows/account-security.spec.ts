/** A person's own account in the browser: forgotten password, mailed link, second factor, sessions. */
import { Secret, TOTP } from "otpauth";
import { expect, test, type Browser, type Page } from "@playwright/test";
import { owner, retireTestPlans } from "../fixtures/workspace";
import { until } from "../fixtures/until";
import { AccountPages, readLink, readSignUpLink } from "../pages/account-pages";
import { SecurityPages } from "../pages/security-pages";

let count = 0;
const newPerson = () => ({ name: "Cleo Marsh", email: `cleo-${Date.now().toString(36)}-${count++}@test.example`, password: "seven lanterns by the weir" });
type Person = ReturnType<typeof newPerson>;

test.beforeAll(retireTestPlans);
test.beforeEach(async () => {
  // Every browser here has one address: how often it may try is another suite's subject.
  await fetch(process.env.STINT_TEST_REDIS_URL ?? "", { method: "POST", headers: { authorization: `Bearer ${process.env.STINT_TEST_REDIS_TOKEN}` }, body: '["FLUSHALL"]' });
});

async function enter(page: Page): Promise<{ person: Person; slug: string }> {
  const account = new AccountPages(page);
  const person = newPerson();
  await page.goto("/sign-up");
  await account.fillSignUp(person);
  return { person, slug: await account.createWorkspace(await readSignUpLink(person.email), `Cleo ${person.email.slice(5, 15)}`) };
}

async function elsewhere(browser: Browser): Promise<{ page: Page; close: () => Promise<void> }> {
  const context = await browser.newContext();
  return { page: await context.newPage(), close: () => context.close() };
}

const codeOf = (secret: string, stepsAhead = 0): string => new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: Date.now() + stepsAhead * 30_000 });

test("a forgotten password is replaced by mail, and every session ends", async ({ page, browser }) => {
  const { person, slug } = await enter(page);
  const other = await elsewhere(browser);
  const account = new AccountPages(other.page);
  await other.page.goto("/sign-in");
  await other.page.getByRole("link", { name: "Forgot your password?" }).click();
  await expect(other.page.getByRole("heading", { name: "Reset password" })).toBeVisible();
  await other.page.getByLabel("E-mail").fill(person.email);
  await other.page.getByRole("button", { name: "Mail me a link" }).click();
  await expect(other.page.getByRole("heading", { name: "Check your mail" })).toBeVisible();
  await other.page.getByRole("button", { name: "ask again" }).click();
  await expect(other.page.getByLabel("E-mail")).toHaveValue(person.email);
  await other.page.goto(await readLink(person.email, "/reset-password", "Choose a new password"));
  await other.page.getByLabel("New password").fill("password123");
  await other.page.getByRole("button", { name: "Save and sign in" }).click();
  await expect(other.page.getByText("This password is on lists of leaked passwords.")).toBeVisible();
  await other.page.getByLabel("New password").fill("nine herons over the weir");
  await other.page.getByRole("button", { name: "Save and sign in" }).click();
  await expect(other.page).toHaveURL(new RegExp(`/t/${slug}$`));
  await page.goto(`/t/${slug}`);
  await expect(page).toHaveURL(/\/sign-in\?next=/);
  await account.signOut();
  await account.signIn(person.email, person.password);
  await expect(account.problem()).toContainText("do not belong together");
  await account.signIn(person.email, "nine herons over the weir");
  await expect(other.page).toHaveURL(new RegExp(`/t/${slug}$`));
  await other.close();
});

test("a mailed link signs in by its button, once", async ({ page, browser }) => {
  const { person, slug } = await enter(page);
  const other = await elsewhere(browser);
  await other.page.goto("/sign-in");
  await other.page.getByRole("link", { name: "Sign in by mail" }).click();
  await expect(other.page.getByRole("heading", { name: "Sign in by mail" })).toBeVisible();
  await other.page.getByLabel("E-mail").fill(person.email);
  await other.page.getByRole("button", { name: "Mail me a link" }).click();
  const link = await readLink(person.email, "/sign-in/link", "Sign in to Stint");
  // As a mail scanner does: opened, and nothing pressed.
  expect((await fetch(link)).status).toBe(200);
  await other.page.goto(link);
  await expect(other.page.getByText(person.email)).toBeVisible();
  await other.page.getByRole("button", { name: "Sign in" }).click();
  await expect(other.page).toHaveURL(new RegExp(`/t/${slug}$`));
  await other.page.goto(link);
  await expect(other.page.getByRole("heading", { name: "This link does not work any more" })).toBeVisible();
  await other.close();
});

test("a second factor is set up, asked for, and turned off again; a recovery code stands in for the phone", async ({ page, browser }) => {
  const { person, slug } = await enter(page);
  const security = new SecurityPages(page);
  await security.open();
  const { secret, codes } = await security.setUpTwoFactor(person.password, codeOf);
  await expect(page).toHaveURL(/\/account\/security$/);
  await expect(page.getByText("10 recovery codes are left.")).toBeVisible();

  const other = await elsewhere(browser);
  const account = new AccountPages(other.page);
  await account.signIn(person.email, person.password);
  await expect(other.page).toHaveURL(/\/sign-in\/two-factor$/);
  // The first factor alone opens nothing.
  await other.page.goto(`/t/${slug}`);
  await expect(other.page).toHaveURL(/\/sign-in\?next=/);
  await other.page.goto("/sign-in/two-factor");
  await other.page.getByLabel("Code").fill("000000");
  await other.page.getByRole("button", { name: "Verify" }).click();
  await expect(other.page.getByText("This code is not right")).toBeVisible();
  await other.page.getByLabel("Code").fill(codes[0] ?? "");
  await other.page.getByRole("button", { name: "Verify" }).click();
  await expect(other.page).toHaveURL(new RegExp(`/t/${slug}$`));
  await readSubject(person.email, "A recovery code was used");
  await other.close();

  await page.reload();
  await expect(page.getByText("9 recovery codes are left.")).toBeVisible();
  await page.getByRole("button", { name: "Turn off" }).click();
  // The step of the set-up's own code may be the present one: the next one counts too.
  await page.getByRole("dialog").getByLabel("Code").fill(codeOf(secret, 1));
  await page.getByRole("dialog").getByRole("button", { name: "Turn off" }).click();
  await expect(page.getByRole("link", { name: "Set up" })).toBeVisible();
});

test("sessions are listed, one can be ended, and all at once", async ({ page, browser }) => {
  const { person, slug } = await enter(page);
  const other = await elsewhere(browser);
  await new AccountPages(other.page).signIn(person.email, person.password);
  await expect(other.page).toHaveURL(new RegExp(`/t/${slug}$`));
  await new SecurityPages(page).open();
  const sessions = page.getByRole("table", { name: "Your sessions" });
  await expect(sessions.getByRole("row")).toHaveCount(3);
  await sessions.getByRole("button", { name: "Sign out" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Sign out" }).click();
  await expect(sessions.getByRole("row")).toHaveCount(2);
  await other.page.goto(`/t/${slug}`);
  await expect(other.page).toHaveURL(/\/sign-in\?next=/);
  await new AccountPages(other.page).signIn(person.email, person.password);
  await expect(other.page).toHaveURL(new RegExp(`/t/${slug}$`));
  await page.getByRole("button", { name: "Sign out everywhere" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Sign out everywhere" }).click();
  await expect(page).toHaveURL(/\/sign-in$/);
  for (const one of [page, other.page]) {
    await one.goto(`/t/${slug}`);
    await expect(one).toHaveURL(/\/sign-in\?next=/);
  }
  await other.close();
});

test("a workspace that asks for a second factor lets a member in once it is on", async ({ page }) => {
  const { person, slug } = await enter(page);
  await owner().query("UPDATE tenant SET require_two_factor = true WHERE slug = $1", [slug]);
  await page.goto(`/t/${slug}/runs`);
  await expect(page).toHaveURL(new RegExp(`/account/two-factor\\?for=${slug}$`));
  await expect(page.getByText("asks its members for two-factor authentication")).toBeVisible();
  const answer = await page.request.get("/api/v1/me", { headers: { "stint-tenant": slug } });
  expect(answer.status()).toBe(403);
  expect(await answer.json()).toMatchObject({ error: { code: "two_factor_required" } });
  await new SecurityPages(page).enableTwoFactor(person.password, codeOf);
  await expect(page).toHaveURL(new RegExp(`/t/${slug}$`));
});

test("wrong passwords lock, and the mail that comes unlocks", async ({ page, browser }) => {
  const { person, slug } = await enter(page);
  const other = await elsewhere(browser);
  const account = new AccountPages(other.page);
  for (let at = 0; at < 5; at++) {
    await account.signIn(person.email, "not the password");
    await expect(account.problem()).toContainText("do not belong together");
  }
  await account.signIn(person.email, person.password);
  await expect(account.problem()).toContainText("Too many wrong passwords");
  await other.page.goto(await readLink(person.email, "/sign-in/link", "Sign-in to your account is locked for a while"));
  await other.page.getByRole("button", { name: "Sign in" }).click();
  await expect(other.page).toHaveURL(new RegExp(`/t/${slug}$`));
  await other.close();
});

async function readSubject(email: string, subject: string): Promise<void> {
  await until(async () => (await (await fetch(`${process.env.STINT_TEST_MAIL_URL}/api/messages?to=${encodeURIComponent(email)}`)).json()) as { subject: string }[], (mails) => mails.some((mail) => mail.subject === subject));
}
