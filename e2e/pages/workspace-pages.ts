import { expect, type Locator, type Page } from "@playwright/test";
import { until } from "../fixtures/until";

/** The pages of one workspace. */
export class WorkspacePages {
  constructor(
    private readonly page: Page,
    private readonly slug: string,
  ) {}

  /** Goes to a section by its link in the side bar. */
  async open(section: "Overview" | "Agents" | "Tools" | "Runs" | "Schedules" | "API keys" | "Webhooks" | "Usage" | "Caps" | "Team" | "Billing" | "Audit log" | "Settings"): Promise<void> {
    await this.page.getByRole("navigation").getByRole("link", { name: section, exact: true }).first().click();
    await expect(this.page.getByRole("heading", { level: 1, name: section })).toBeVisible();
  }

  async createAgent(agent: { name: string; slug: string; instructions: string }): Promise<void> {
    await this.page.getByRole("link", { name: "New agent" }).first().click();
    await this.page.getByLabel("Name", { exact: true }).fill(agent.name);
    await this.page.getByLabel("Slug").fill(agent.slug);
    await expect(this.page.getByLabel("Model")).toBeVisible();
    await this.page.getByLabel("Instructions").fill(agent.instructions);
    await this.page.getByRole("button", { name: "Create agent" }).click();
    await expect(this.page).toHaveURL(new RegExp(`/t/${this.slug}/agents/${agent.slug}$`));
  }

  async runAgent(input: string): Promise<void> {
    await this.page.getByLabel("Input").fill(input);
    await this.page.getByRole("button", { name: "Run agent" }).click();
  }

  /** Where output arrives while a run executes. */
  liveOutput(): Locator {
    return this.page.getByTestId("run-output");
  }

  /** What the agent's page tells a program to send. */
  async readSample(mode: "wait" | "stream"): Promise<string> {
    await this.page.getByRole("tab", { name: mode === "wait" ? "Wait for the answer" : "Stream it" }).click();
    return await this.page.getByRole("tabpanel").locator("code").innerText();
  }

  /** Creates a key and returns its secret, which is shown this once. */
  async createKey(name: string): Promise<string> {
    await this.openKeyForm(name);
    await this.keyForm().getByRole("button", { name: "Create key" }).click();
    const secret = this.page.getByTestId("key-secret");
    await expect(secret).toHaveText(/^stint_[0-9A-Za-z]{49}$/);
    return secret.innerText();
  }

  async openKeyForm(name: string): Promise<void> {
    await this.page.getByRole("button", { name: "Create key" }).click();
    await this.keyForm().getByLabel("Name").fill(name);
  }

  keyForm(): Locator {
    return this.page.getByRole("dialog");
  }

  /** The totals that the usage and the billing page show, once they say what is expected: they follow the ledger by about a second. */
  async expectTotals(path: "usage" | "billing", expected: { ms: number; calls: number }): Promise<void> {
    await until(async () => {
      await this.page.goto(`/t/${this.slug}/${path}`);
      return {
        ms: Number(await this.page.locator("[data-total-ms]").first().getAttribute("data-total-ms")),
        calls: Number(await this.page.locator("[data-total-calls]").first().getAttribute("data-total-calls")),
      };
    }, (totals) => totals.ms === expected.ms && totals.calls === expected.calls);
  }
}
