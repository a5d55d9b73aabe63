/** A team from the first invitation to the last removal, each person in a browser of their own. */
import AxeBuilder from "@axe-core/playwright";
import { expect, test, type Browser, type Page } from "@playwright/test";
import { sessionCookieOf } from "../fixtures/session";
import { until } from "../fixtures/until";
import { makeWorkspace, owner, retireTestPlans, type Workspace } from "../fixtures/workspace";
import { AccountPages } from "../pages/account-pages";
import { readInvitationLinks, TeamPage } from "../pages/team-page";
import { WorkspacePages } from "../pages/workspace-pages";

const PASSWORD = "seven unlikely otters swim";
let count = 0;
const address = (name: string) => `${name}-${Date.now().toString(36)}-${count++}@test.example`;

/** A workspace on the plan, and its owner's browser. */
async function enter(page: Page, plan = "pro"): Promise<Workspace> {
  const workspace = await makeWorkspace();
  await retireTestPlans();
  await owner().query("UPDATE tenant SET plan_id = $2 WHERE id = $1", [workspace.tenantId, plan]);
  const [name = "", value = ""] = (await sessionCookieOf(workspace.userId)).split("=");
  await page.context().addCookies([{ name, value, url: process.env.STINT_TEST_URL }]);
  await page.goto(`/t/${workspace.slug}`);
  return workspace;
}

/** Follows an invitation without an account, in a new browser. */
async function joinNew(browser: Browser, email: string, name: string, workspace: Workspace): Promise<Page> {
  const page = await (await browser.newContext({ baseURL: process.env.STINT_TEST_URL })).newPage();
  await page.goto((await readInvitationLinks(email))[0] ?? "");
  await expect(page.getByText(`Test Owner invites ${email}`)).toBeVisible();
  await page.getByLabel("Name", { exact: true }).fill(name);
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByRole("button", { name: `Create account and join ${workspace.name}` }).click();
  await expect(page).toHaveURL(new RegExp(`/t/${workspace.slug}$`));
  return page;
}

async function expectAccessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`)).toEqual([]);
}

test("a new person is invited, joins with the given role, gets another one, and is removed", async ({ page, browser }) => {
  const workspace = await enter(page);
  const email = address("bo");
  await new WorkspacePages(page, workspace.slug).open("Team");
  const team = new TeamPage(page);
  await expect(page.getByText("1 of 20 seats used")).toBeVisible();
  await expect(page.getByRole("heading", { name: "No open invitations" })).toBeVisible();
  await expectAccessible(page);

  await team.openInviteForm();
  await page.getByRole("dialog").getByLabel("E-mail").fill("not an address");
  await page.getByRole("button", { name: "Send invitation" }).click();
  await expect(page.getByText("Enter an e-mail address.")).toBeVisible();
  await expectAccessible(page);
  await page.keyboard.press("Escape");
  await team.invite(email, "Viewer");
  await expect(page.getByText("2 of 20 seats used")).toBeVisible();

  const theirs = await joinNew(browser, email, "Bo Carter", workspace);
  await theirs.goto(`/t/${workspace.slug}/agents/new`);
  await expect(theirs.getByText("There is nothing at this address.")).toBeVisible();
  await page.reload();
  await expect(team.member("Bo Carter")).toContainText("Viewer");
  await expect(page.getByRole("heading", { name: "No open invitations" })).toBeVisible();

  await team.changeRole("Bo Carter", "Developer");
  await theirs.goto(`/t/${workspace.slug}/agents/new`);
  await expect(theirs.getByRole("heading", { level: 1 })).toContainText(/agent/i);
  // Who may change nobody is shown nothing to change.
  await theirs.goto(`/t/${workspace.slug}/team`);
  await expect(new TeamPage(theirs).member("Bo Carter").getByRole("button")).toHaveText(["Leave"]);
  await expect(theirs.getByRole("button", { name: "Invite member" })).toHaveCount(0);

  await team.confirm("Bo Carter", "Remove", "Remove member");
  await expect(team.member("Bo Carter")).toHaveCount(0);
  await until(async () => (await theirs.goto(`/t/${workspace.slug}`))?.status(), (status) => status === 404, 1_000);
  // The link was good for once.
  await theirs.goto((await readInvitationLinks(email))[0] ?? "");
  await expect(theirs.getByRole("heading", { name: "This invitation is not valid any more" })).toBeVisible();
  await expectAccessible(theirs);
});

test("somebody with an account signs in first and joins; signed in as somebody else they are told", async ({ page, browser }) => {
  const [workspace, elsewhere] = [await enter(page), address("cy")];
  const team = new TeamPage(page);
  await page.goto(`/t/${workspace.slug}/team`);
  await team.invite(elsewhere, "Developer");
  const theirs = await joinNew(browser, elsewhere, "Cy Duncan", workspace);
  const second = await makeWorkspace();
  await retireTestPlans();
  await owner().query("UPDATE tenant SET plan_id = 'pro' WHERE id = $1", [second.tenantId]);
  const [name = "", value = ""] = (await sessionCookieOf(second.userId)).split("=");
  const other = await (await browser.newContext({ baseURL: process.env.STINT_TEST_URL })).newPage();
  await other.context().addCookies([{ name, value, url: process.env.STINT_TEST_URL }]);
  await other.goto(`/t/${second.slug}/team`);
  await new TeamPage(other).invite(elsewhere, "Admin");
  const [link = ""] = await readInvitationLinks(elsewhere, 2);

  // In the browser of whoever invited it is somebody else's.
  await other.goto(link);
  await expect(other.getByText("This invitation is for another address")).toBeVisible();
  await expectAccessible(other);
  await other.getByRole("button", { name: "Sign out and go on" }).click();
  await expect(other.getByText("This address has an account.")).toBeVisible();
  await expectAccessible(other);
  await other.getByRole("link", { name: "Sign in" }).click();
  await new AccountPages(other).fillSignIn(elsewhere, PASSWORD);
  await other.getByRole("button", { name: `Join ${second.name}` }).click();
  await expect(other).toHaveURL(new RegExp(`/t/${second.slug}$`));
  await other.goto(`/t/${second.slug}/team`);
  await expect(new TeamPage(other).member("Cy Duncan")).toContainText("Admin");

  // Both workspaces are in the switcher, and a new one can be begun there.
  await theirs.reload();
  await theirs.getByRole("button", { name: `Workspace ${workspace.name}, switch` }).click();
  await expect(theirs.getByRole("menuitem", { name: second.name })).toBeVisible();
  await theirs.getByRole("menuitem", { name: "New workspace" }).click();
  await expect(theirs.getByLabel("Workspace name")).toBeVisible();
});

test("an invitation is sent again and revoked, and seats are counted", async ({ page }) => {
  const workspace = await enter(page, "free");
  const email = address("di");
  const team = new TeamPage(page);
  await page.goto(`/t/${workspace.slug}/team`);
  await team.invite(email, "Billing");
  await expect(page.getByText("2 of 2 seats used")).toBeVisible();
  await team.openInviteForm();
  await page.getByRole("dialog").getByLabel("E-mail").fill(address("ed"));
  await page.getByRole("button", { name: "Send invitation" }).click();
  await expect(page.getByRole("alert").filter({ hasText: "The plan includes 2 seats" })).toBeVisible();
  await page.keyboard.press("Escape");

  const [first = ""] = await readInvitationLinks(email);
  await team.invitation(email).getByRole("button", { name: "Send again" }).click();
  await expect(page.getByText(`A new link is on its way to ${email}.`)).toBeVisible();
  const second = (await readInvitationLinks(email, 2)).find((link) => link !== first) ?? "";
  await page.goto(first);
  await expect(page.getByRole("heading", { name: "This invitation is not valid any more" })).toBeVisible();
  await page.goto(second);
  await expect(page.getByText("This invitation is for another address")).toBeVisible();

  await page.goto(`/t/${workspace.slug}/team`);
  await team.invitation(email).getByRole("button", { name: "Revoke" }).click();
  await page.getByRole("button", { name: "Revoke invitation" }).click();
  await expect(page.getByText("1 of 2 seats used")).toBeVisible();
  await page.goto(second);
  await expect(page.getByRole("heading", { name: "This invitation is not valid any more" })).toBeVisible();
});

test("an owner cannot leave alone, hands over, and then leaves", async ({ page, browser }) => {
  const workspace = await enter(page);
  const email = address("fay");
  const team = new TeamPage(page);
  await page.goto(`/t/${workspace.slug}/team`);
  await team.invite(email, "Admin");
  const theirs = await joinNew(browser, email, "Fay Grant", workspace);
  await page.reload();
  await team.confirm(workspace.email, "Leave", "Leave workspace");
  await expect(page.getByRole("alertdialog").getByText("this is the only one")).toBeVisible();
  await page.getByRole("button", { name: "Stay", exact: true }).click();

  await team.confirm("Fay Grant", "Hand over", "Hand over ownership");
  await expect(team.member("Fay Grant")).toContainText("Owner");
  await expect(team.member(workspace.email)).toContainText("Admin");
  await theirs.goto(`/t/${workspace.slug}/team`);
  await expect(new TeamPage(theirs).member(workspace.email).getByRole("button")).toHaveText(["Change role", "Hand over", "Remove"]);

  await team.confirm(workspace.email, "Leave", "Leave workspace");
  await expect(page).toHaveURL(/\/welcome$/);
  expect((await page.goto(`/t/${workspace.slug}`))?.status()).toBe(404);
});

for (const [width, scheme] of [[360, "light"], [360, "dark"], [1440, "light"], [1440, "dark"]] as const) {
  test(`the team page at ${width} px in ${scheme} passes axe and does not scroll sideways`, async ({ page }) => {
    await page.setViewportSize({ width, height: 900 });
    await page.emulateMedia({ colorScheme: scheme });
    const workspace = await enter(page);
    for (const [name, role] of [["Konstantina Papadopoulou-Featherstonehaugh", "admin"], ["Bo", "viewer"]] as const) {
      const id = `usr_${workspace.slug}${role}`;
      await owner().query("INSERT INTO user_account (id, email, name, email_verified_at) VALUES ($1, $2, $3, now())", [id, `${role}.with.a.rather.long.address.${workspace.slug}@a-company-with-a-long-name.example`, name]);
      await owner().query("INSERT INTO member (tenant_id, user_id, role) VALUES ($1, $2, $3)", [workspace.tenantId, id, role]);
    }
    for (const [at, role] of ["viewer", "billing", "owner"].entries()) {
      await owner().query("INSERT INTO invitation (id, tenant_id, email, role, invited_by, expires_at) VALUES ($1, $2, $3, $4, $5, now() + ($6 || ' days')::interval)",
        [`inv_${workspace.slug}${at}`, workspace.tenantId, `${at}.somebody.with.a.long.address@a-company-with-a-long-name.example`, role, at === 1 ? "usr_gone" : workspace.userId, at === 2 ? -1 : 6]);
    }
    await page.goto(`/t/${workspace.slug}/team`);
    await expect(page.getByText("Not valid any more")).toBeVisible();
    await expect(page.getByText("Expired", { exact: true })).toBeVisible();
    await expectAccessible(page);
    expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)).toBe(0);
    if (process.env.STINT_SHOTS) await page.screenshot({ path: `${process.env.STINT_SHOTS}/team-${width}-${scheme}.png`, fullPage: true });
  });
}
