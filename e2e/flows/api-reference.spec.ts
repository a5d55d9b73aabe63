/** The documentation's reference: every operation of the document, and samples that do what they say. */
import { expect, test } from "@playwright/test";
import { makeWorkspace } from "../fixtures/workspace";
import { call, json } from "../api/client";
import { parseCurl } from "./curl-sample";

type Document = { paths: Record<string, Record<string, { operationId: string }>> };

test("every operation stands there, in the language that was chosen", async ({ page, baseURL }) => {
  const { paths } = await json<Document>(await call("GET", "/api/v1/openapi.json"));
  const operations = Object.entries(paths).flatMap(([path, methods]) => Object.entries(methods).map(([method, { operationId }]) => ({ name: `${method.toUpperCase()} ${path}`, id: operationId })));
  await page.goto("/docs/api");
  for (const { name, id } of operations) await expect(page.locator(`h3#${id}`)).toHaveText(name);
  const example = page.getByRole("article", { name: "POST /runs", exact: true }).locator("figure");
  await expect(example).toContainText("curl");
  await page.getByRole("navigation", { name: "Language of the examples" }).getByRole("link", { name: "Python" }).click();
  await expect(example).toContainText("requests.post(");
  await expect(page).toHaveURL(`${baseURL}/docs/api?language=python`);
  await page.getByRole("navigation", { name: "Language of the examples" }).getByRole("link", { name: "TypeScript" }).click();
  await expect(example).toContainText("await fetch(");
  await expect(example.getByRole("button", { name: "Copy code" })).toBeVisible();
});

test("the samples of creating an agent and running it, sent as they stand, do it", async ({ page }) => {
  const one = await makeWorkspace();
  await page.goto("/docs/api");
  const send = async (name: string): Promise<Response> => {
    const sample = await page.getByRole("article", { name, exact: true }).locator("pre").innerText();
    const { url, headers, body } = parseCurl(sample, one.secret);
    return call("POST", new URL(url).pathname, { headers, body });
  };
  expect((await send("POST /agents")).status).toBe(201);
  const run = await send("POST /runs");
  expect(run.status).toBe(201);
  expect(await json(run)).toMatchObject({ agent: "summarise", status: "succeeded" });
  const chat = await send("POST /chat/completions");
  expect(await json(chat)).toMatchObject({ object: "chat.completion", model: "summarise" });
});

for (const width of [360, 1280]) {
  test(`nothing but code scrolls sideways at ${width} pixels`, async ({ page }) => {
    await page.setViewportSize({ width, height: 800 });
    await page.goto("/docs/api");
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
  });
}
