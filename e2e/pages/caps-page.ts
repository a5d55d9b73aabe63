import { expect, type Locator, type Page } from "@playwright/test";

/** The page of a workspace's caps. */
export class CapsPage {
  constructor(private readonly page: Page) {}

  async open(slug: string): Promise<void> {
    await this.page.goto(`/t/${slug}/caps`);
    await expect(this.page.getByRole("heading", { level: 1, name: "Caps" })).toBeVisible();
  }

  /** Presses a button and then, in the dialog that asks, the one of the same name. */
  async confirm(label: string): Promise<void> {
    await this.page.getByRole("button", { name: label, exact: true }).click();
    await this.dialog().getByRole("button", { name: label, exact: true }).click();
  }

  dialog(): Locator {
    return this.page.getByRole("alertdialog");
  }

  async addThreshold(percent: string, of?: string): Promise<void> {
    await this.page.getByLabel("Alert at percent").fill(percent);
    if (of) await this.page.getByLabel("Of", { exact: true }).selectOption({ label: of });
    await this.page.getByRole("button", { name: "Add threshold" }).click();
  }

  thresholds(): Locator {
    return this.page.getByRole("list", { name: "Thresholds" }).getByRole("listitem");
  }
}
