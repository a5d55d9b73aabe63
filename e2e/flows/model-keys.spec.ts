/** Model keys in the browser: added, read again, chosen for an agent, and kept while one uses it. */
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { expect, test } from "@playwright/test";
import { createModelServer } from "../../local/model/server";
import { AccountPages } from "../pages/account-pages";
import { WorkspacePages } from "../pages/workspace-pages";

type Credentials = { owner: { email: string; password: string }; workspace: string };

const KEY = "sk-canary-of-a-browser";
const endpoint = createModelServer({ apiKey: KEY, chunkDelayMs: 0, faults: false });
test.beforeAll(async () => void (await once(endpoint.listen(0, "127.77.0.1"), "listening")));
test.afterAll(() => void endpoint.close());

test("a key is added, its models are read and chosen, and it goes once nothing uses it", async ({ page }) => {
  const { owner, workspace } = JSON.parse(process.env.STINT_TEST_CREDENTIALS ?? "{}") as Credentials;
  await new AccountPages(page).signIn(owner.email, owner.password);
  await new WorkspacePages(page, workspace).open("Agents");
  await page.getByRole("link", { name: "Model keys" }).click();
  await expect(page.getByText("No model keys yet")).toBeVisible();

  await page.getByRole("button", { name: "Add model key" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Label").fill("mine");
  await dialog.getByLabel("Address").fill(`http://127.77.0.1:${(endpoint.address() as AddressInfo).port}/v1`);
  await dialog.getByLabel("Key").fill("sk-wrong");
  await dialog.getByRole("button", { name: "Add model key" }).click();
  await expect(dialog.getByText("The endpoint refuses this key.")).toBeVisible();
  await expect(dialog.getByLabel("Label")).toHaveValue("mine");
  await dialog.getByLabel("Key").fill(KEY);
  await dialog.getByRole("button", { name: "Add model key" }).click();
  await expect(dialog.getByText("One model of mine can be chosen")).toBeVisible();
  await dialog.getByRole("button", { name: "Done" }).click();

  await page.getByRole("button", { name: "Read models of mine" }).click();
  await expect(page.getByText("The key works: 1 model.")).toBeVisible();
  await page.getByRole("button", { name: "Edit mine" }).click();
  await expect(dialog.getByLabel("Key")).toHaveValue("");
  await dialog.getByLabel("Models").fill("stint-extract-1 9000 500");
  await dialog.getByRole("button", { name: "Save model key" }).click();
  await expect(dialog.getByText("Saved.")).toBeVisible();
  await dialog.getByRole("button", { name: "Done" }).click();
  expect(await page.content()).not.toContain("canary");

  await page.goto(`/t/${workspace}/agents/new`);
  await page.getByLabel("Model", { exact: true }).selectOption("mine/stint-extract-1");
  await expect(page.locator("optgroup[label=mine] option")).toHaveText("stint-extract-1");
  await expect(page.getByText("Through the model key mine")).toBeVisible();

  await page.goto(`/t/${workspace}/agents/model-keys`);
  await page.getByRole("button", { name: "Remove mine" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Remove model key" }).click();
  await expect(page.getByText("No model keys yet")).toBeVisible();
});
