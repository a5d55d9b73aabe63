import { expect, type Locator, type Page } from "@playwright/test";

/** The back office: one workspace's page, and the platform's. */
export class StaffPages {
  constructor(private readonly page: Page) {}

  async openTenant(slug: string, name: string): Promise<void> {
    await this.page.goto(`/admin/tenants/${slug}`);
    await expect(this.page.getByRole("heading", { level: 1, name })).toBeVisible();
  }

  /** The row of a table by the cell that names it. */
  row(table: string, name: string): Locator {
    return this.page.getByRole("table", { name: table }).getByRole("row").filter({ has: this.page.getByRole("cell", { name, exact: true }) });
  }

  get dialog(): Locator {
    return this.page.getByRole("dialog");
  }

  async press(name: string): Promise<void> {
    await this.page.getByRole("button", { name, exact: true }).click();
  }

  async pressInDialog(name: string): Promise<void> {
    await this.dialog.getByRole("button", { name, exact: true }).click();
  }

  async correct(fields: { meter: string; change: string; reason: string }): Promise<void> {
    await this.press("Correct usage");
    await this.dialog.getByLabel("Meter").selectOption(fields.meter);
    await this.dialog.getByLabel("Change, in").fill(fields.change);
    await this.dialog.getByLabel("Reason").fill(fields.reason);
    await this.pressInDialog("Review correction");
  }
}
