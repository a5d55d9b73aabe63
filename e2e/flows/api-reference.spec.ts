/** The documentation's reference: every operation of the document, and samples that do what they say. */
import { expect, test } from "@playwright/test";
import { makeWorkspace } from "../fixtures/workspace";
import { call, json } from "../api/client";
import { parseCurl } from "./curl-sample";

type Document = { paths: Record<string, Record<string, { operationId: string }>> };

test("every operation stands there, and leads to what it takes and answers", async ({ page }) => {
  const { paths } = await json<Document>(await call("GET", "/api/v1/openapi.json"));
  const operations = Object.entries(paths).flatMap(([path, methods]) => Object.entries(methods).map(([method, { operationId }]) => ({ name: `${method.toUpperCase()}${path}`, id: operationId })));
  await page.goto("/docs/api");
  const links = page.getByRole("navigation", { name: "Operations" }).locator("a[href*='#']");
  const shown = await links.evaluateAll((all) => all.map((link) => ({ name: link.textContent ?? "", id: (link.getAttribute("href") ?? "").split("#")[1] ?? "", page: (link.getAttribute("href") ?? "").split("#")[0] ?? "" })));
  expect(shown.map(({ name, id }) => ({ name, id })).sort((a, b) => (a.id < b.id ? -1 : 1))).toEqual(operations.sort((a, b) => (a.id < b.id ? -1 : 1)));
  for (const address of new Set(shown.map((one) => one.page))) {
    const text = await (await call("GET", address)).text();
    for (const { id } of shown.filter((one) => one.page === address)) expect(text).toContain(`id="${id}"`);
  }
  expect((await call("GET", "/docs/api/nothing")).status).toBe(404);
});

test("examples come in the language that was chosen", async ({ page, baseURL }) => {
  await page.goto("/docs/api/runs");
  const example = page.getByRole("article", { name: "POST /runs", exact: true }).locator("figure");
  const choose = (name: string) => page.getByRole("navigation", { name: "Language of the examples" }).getByRole("link", { name }).click();
  await expect(example).toContainText("curl");
  await choose("Python");
  await expect(example).toContainText("requests.post(");
  await expect(page).toHaveURL(`${baseURL}/docs/api/runs?language=python`);
  await choose("TypeScript");
  await expect(example).toContainText("await fetch(");
  await expect(example.getByRole("button", { name: "Copy code" })).toBeVisible();
});

test("the samples of creating an agent and running it, sent as they stand, do it", async ({ page }) => {
  const one = await makeWorkspace();
  const send = async (subject: string, name: string): Promise<Response> => {
    await page.goto(`/docs/api/${subject}`);
    const sample = await page.getByRole("article", { name, exact: true }).locator("pre").innerText();
    const { url, headers, body } = parseCurl(sample, one.secret);
    return call("POST", new URL(url).pathname, { headers, body });
  };
  expect((await send("agents", "POST /agents")).status).toBe(201);
  const run = await send("runs", "POST /runs");
  expect(run.status).toBe(201);
  expect(await json(run)).toMatchObject({ agent: "summarise", status: "succeeded" });
  expect(await json(await send("openai-compatible", "POST /chat/completions"))).toMatchObject({ object: "chat.completion", model: "summarise" });
});

for (const width of [360, 1280]) {
  test(`nothing but code scrolls sideways at ${width} pixels`, async ({ page }) => {
    await page.setViewportSize({ width, height: 800 });
    await page.goto("/docs/api/agents");
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
  });
}
