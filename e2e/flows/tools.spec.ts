/** Tools on their pages: an HTTP endpoint and an MCP server are described, tested, changed and archived. */
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "@playwright/test";
import { startMcpServer, type McpTestServer } from "../fixtures/mcp-server";
import { AccountPages } from "../pages/account-pages";
import { WorkspacePages } from "../pages/workspace-pages";

type Credentials = { owner: { email: string; password: string }; workspace: string };

const SECRET = "Bearer token-of-this-test";
let server: Server;
let mcp: McpTestServer;
let authorization: string | undefined;
const base = (): string => `http://127.77.0.1:${(server.address() as AddressInfo).port}`;

test.beforeAll(async () => {
  server = createServer((request, response) => {
    authorization = request.headers.authorization;
    response.writeHead(request.url?.startsWith("/orders/42") ? 200 : 404, { "content-type": "application/json" }).end(JSON.stringify({ asked: request.url }));
  }).listen(0, "127.77.0.1");
  await once(server, "listening");
  mcp = await startMcpServer();
});
test.afterAll(() => {
  server.close();
  mcp.close();
});

test("an HTTP tool is described, tested, changed and archived; its secret is never shown", async ({ page }) => {
  const { owner, workspace } = JSON.parse(process.env.STINT_TEST_CREDENTIALS ?? "{}") as Credentials;
  const name = `find_order_${Date.now()}`;
  await new AccountPages(page).signIn(owner.email, owner.password);
  await new WorkspacePages(page, workspace).open("Tools");
  await page.getByRole("link", { name: "New tool" }).click();

  await page.getByLabel("Name", { exact: true }).fill(name);
  await page.getByLabel("Description").fill("Looks up an order by its number.");
  await page.getByLabel("Address").fill(`${base()}/orders/{number}`);
  await page.getByRole("button", { name: "Add header" }).click();
  await page.getByLabel("Name of header 1").fill("Authorization");
  await page.getByLabel("Value of header 1").fill(SECRET);
  await page.getByRole("button", { name: "Create tool" }).click();
  // What was typed stays, also the secret, which only the page still has.
  await expect(page.getByText("which is not among the schema's properties")).toBeVisible();
  await expect(page.getByLabel("Address")).toHaveValue(`${base()}/orders/{number}`);
  await page.getByLabel("Arguments").fill('{"type":"object","properties":{"number":{"type":"string"}},"required":["number"]}');
  await page.getByRole("button", { name: "Create tool" }).click();
  await expect(page.getByRole("heading", { name })).toBeVisible();
  expect(await page.content()).not.toContain("token-of-this-test");

  const panel = page.locator("section").filter({ has: page.getByRole("heading", { name: "Test this tool" }) }).first();
  await expect(panel.getByLabel("Arguments")).toHaveValue(/"number": ""/);
  await panel.getByLabel("Arguments").fill('{"number": "42"}');
  await panel.getByRole("button", { name: "Test this tool" }).click();
  await expect(page.getByTestId("tool-answer")).toContainText('{"asked":"/orders/42"}');
  await expect(page.getByTestId("tool-answer")).toContainText("HTTP 200");
  expect(authorization).toBe(SECRET);
  await panel.getByLabel("Arguments").fill('{"number": 42}');
  await panel.getByRole("button", { name: "Test this tool" }).click();
  await expect(page.getByTestId("tool-answer")).toContainText("do not fit the tool's schema");

  await page.getByLabel("Description").fill("Looks up an order.");
  await expect(page.getByLabel("Value of header 1")).toHaveValue("");
  await page.getByRole("button", { name: "Save tool" }).click();
  await expect(page.getByText("Saved. Its next call uses this.")).toBeVisible();
  await panel.getByLabel("Arguments").fill('{"number": "7"}');
  await panel.getByRole("button", { name: "Test this tool" }).click();
  await expect(page.getByTestId("tool-answer")).toContainText("HTTP 404");
  expect(authorization).toBe(SECRET);

  await page.getByLabel("Address").fill("https://elsewhere.example/{number}");
  await page.getByRole("button", { name: "Save tool" }).click();
  await expect(page.getByText("it was meant for another server")).toBeVisible();

  await page.getByRole("button", { name: "Archive" }).click();
  await page.getByRole("button", { name: "Archive tool" }).click();
  await expect(page).toHaveURL(/\/tools$/);
  await expect(page.getByText(name)).toHaveCount(0);
});

test("an MCP server is asked what it offers, and one of its tools is called", async ({ page }) => {
  const { owner, workspace } = JSON.parse(process.env.STINT_TEST_CREDENTIALS ?? "{}") as Credentials;
  const name = `math-${Date.now()}`;
  await new AccountPages(page).signIn(owner.email, owner.password);
  await new WorkspacePages(page, workspace).open("Tools");
  await page.getByRole("link", { name: "New tool" }).click();
  await page.getByRole("link", { name: /MCP server/ }).click();
  await expect(page.getByRole("button", { name: "Add server" })).toBeVisible();
  await page.getByLabel("Name", { exact: true }).fill(name);
  await page.getByLabel("Description").fill("Sums.");
  await page.getByLabel("Address").fill(mcp.url);
  await page.getByRole("button", { name: "Add server" }).click();
  await page.getByRole("button", { name: "Ask the server" }).click();
  await expect(page.getByText(`${name}__add`)).toBeVisible();
  await page.getByLabel("Which of its tools").selectOption("add");
  await page.getByLabel("Arguments").fill('{"a": 40, "b": 2}');
  await page.getByRole("button", { name: "Test this tool" }).click();
  await expect(page.getByTestId("tool-answer")).toContainText("42");
  await page.getByLabel("Which of its tools").selectOption("fail.always");
  await page.getByRole("button", { name: "Test this tool" }).click();
  await expect(page.getByTestId("tool-answer")).toContainText("It went wrong.");
  await page.getByRole("button", { name: "Archive" }).click();
  await page.getByRole("button", { name: "Archive tool" }).click();
  await expect(page).toHaveURL(/\/tools$/);
});
