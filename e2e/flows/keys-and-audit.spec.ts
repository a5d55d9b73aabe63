/** A key's life on its page, and what the audit log says of it. */
import { readFile } from "node:fs/promises";
import { expect, test } from "@playwright/test";
import { call, json } from "../api/client";
import { WorkspacePages } from "../pages/workspace-pages";
import { AccountPages } from "../pages/account-pages";

type Credentials = { owner: { email: string; password: string }; workspace: string };

test("a key is limited, edited, rotated and revoked, and the log tells it", async ({ page }) => {
  const { owner, workspace } = JSON.parse(process.env.STINT_TEST_CREDENTIALS ?? "{}") as Credentials;
  const name = `Rotating ${Date.now()}`;
  await new AccountPages(page).signIn(owner.email, owner.password);
  const pages = new WorkspacePages(page, workspace);
  await pages.open("API keys");

  await page.getByRole("button", { name: "Create key" }).click();
  await page.getByLabel("Name", { exact: true }).fill(name);
  await page.getByLabel("Ends").selectOption("90");
  await page.getByLabel("Start and cancel runs").uncheck();
  await page.getByLabel("List API keys").check();
  await page.getByLabel("Allowed networks").fill("10.0.0");
  await page.getByRole("dialog").getByRole("button", { name: "Create key" }).click();
  await expect(page.getByText("`10.0.0` is not an IPv4 or IPv6 network")).toBeVisible();
  // A form that was refused gives a key nothing that was not chosen.
  await expect(page.getByLabel("Ends")).toHaveValue("90");
  await expect(page.getByLabel("Start and cancel runs")).not.toBeChecked();
  await expect(page.getByLabel("List API keys")).toBeChecked();
  await page.getByLabel("Allowed networks").fill("127.0.0.0/8 ::1");
  await page.getByLabel("Requests a minute").fill("120");
  await page.getByRole("dialog").getByRole("button", { name: "Create key" }).click();
  const first = await page.getByTestId("key-secret").innerText();
  await page.getByRole("button", { name: "I have copied it" }).click();
  const row = page.getByRole("row").filter({ hasText: name });
  await expect(row.getByText("127.0.0.0/8")).toBeVisible();
  await expect(row.getByText("120 requests/min")).toBeVisible();
  const me = await call("GET", "/api/v1/me", { key: first });
  expect(me.status).toBe(200);
  expect((await json<{ scopes: string[] }>(me)).scopes.toSorted()).toEqual(["agents:read", "keys:read", "runs:read", "usage:read"]);

  await row.getByRole("button", { name: "Edit" }).click();
  await page.getByLabel("Minutes a period").fill("5");
  await page.getByRole("button", { name: "Save key" }).click();
  await expect(row.getByText("5 min/period")).toBeVisible();

  await row.getByRole("button", { name: "Rotate" }).click();
  await page.getByRole("button", { name: "Rotate key" }).click();
  const second = await page.getByTestId("key-secret").innerText();
  expect(second).not.toBe(first);
  for (const key of [first, second]) expect((await call("GET", "/api/v1/me", { key })).status).toBe(200);
  const { key } = await json<{ key: { id: string } }>(await call("GET", "/api/v1/me", { key: second }));
  await page.getByRole("button", { name: "I have copied it" }).click();
  await expect(row.getByText("old secret ends")).toBeVisible();

  await row.getByRole("button", { name: "Revoke" }).click();
  await page.getByRole("button", { name: "Revoke key" }).click();
  await expect(row.getByText("Revoked")).toBeVisible();
  for (const secret of [first, second]) expect((await call("GET", "/api/v1/me", { key: secret })).status).toBe(401);

  await pages.open("Audit log");
  await page.getByLabel("What", { exact: true }).fill(key.id);
  await page.getByRole("button", { name: "Filter" }).click();
  await expect(page).toHaveURL(new RegExp(`target=${key.id}`));
  for (const action of ["api_key.created", "api_key.updated", "api_key.rotated", "api_key.revoked"]) await expect(page.getByText(action, { exact: true })).toBeVisible();
  const download = page.waitForEvent("download");
  await page.getByRole("link", { name: "Export CSV" }).click();
  const lines = (await readFile(await (await download).path(), "utf8")).trimEnd().split("\r\n");
  expect(lines).toHaveLength(5);
  for (const secret of [first, second]) expect(lines.join()).not.toContain(secret);
});
