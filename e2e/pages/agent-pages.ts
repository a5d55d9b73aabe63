import { expect, type Locator, type Page } from "@playwright/test";

/** The editor of an agent and its history. */
export class AgentPages {
  constructor(private readonly page: Page) {}

  async save(): Promise<void> {
    await this.page.getByRole("button", { name: "Save agent" }).click();
  }

  /** What stands beside the button that saves: which version this is, and whether it is saved. */
  state(): Locator {
    return this.page.locator("form").getByRole("status").filter({ hasText: /^(Version|Changed)/ });
  }

  async openFold(title: string): Promise<void> {
    await this.page.locator("summary").filter({ hasText: title }).click();
  }

  async openVersions(): Promise<void> {
    await this.page.getByRole("link", { name: "Versions" }).click();
    await expect(this.page.getByRole("heading", { level: 1, name: "Versions" })).toBeVisible();
  }

  version(number: number): Locator {
    return this.page.getByRole("row").filter({ hasText: new RegExp(`Version ${number}(?!\\d)`) });
  }
}
