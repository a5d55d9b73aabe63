import { expect, type Page } from "@playwright/test";

/** The pages of one's own account that are about how it is entered. */
export class SecurityPages {
  constructor(private readonly page: Page) {}

  /** By the menu of the account, from any page of a workspace. */
  async open(): Promise<void> {
    await this.page.getByRole("button", { name: /^Account of / }).click();
    await this.page.getByRole("menuitem", { name: "Account" }).click();
    await this.page.getByRole("navigation").getByRole("link", { name: "Security" }).click();
    await expect(this.page.getByRole("heading", { level: 1, name: "Security" })).toBeVisible();
  }

  async setUpTwoFactor(password: string, codeOf: (secret: string) => string): Promise<{ secret: string; codes: string[] }> {
    await this.page.getByRole("link", { name: "Set up" }).click();
    return this.enableTwoFactor(password, codeOf);
  }

  /** On the page of the set-up, to where it leads. */
  async enableTwoFactor(password: string, codeOf: (secret: string) => string): Promise<{ secret: string; codes: string[] }> {
    await this.page.getByLabel("Password", { exact: true }).fill(password);
    await this.page.getByRole("button", { name: "Continue" }).click();
    await expect(this.page.getByRole("navigation", { name: "Sections" }).getByRole("link", { name: "Security" })).toHaveAttribute("aria-current", "page");
    const secret = await this.page.getByTestId("totp-secret").innerText();
    await expect(this.page.getByRole("img", { name: /QR code/ })).toBeVisible();
    await this.page.getByLabel("Code", { exact: true }).fill(codeOf(secret));
    await this.page.getByRole("button", { name: "Turn on" }).click();
    const list = this.page.getByTestId("recovery-codes").getByRole("listitem");
    await expect(list).toHaveCount(10);
    await expect(this.page.getByRole("heading", { name: "Scan, then enter a code" })).toHaveCount(0);
    const codes = await list.allInnerTexts();
    await this.page.getByRole("link", { name: "I have kept them" }).click();
    return { secret, codes };
  }
}
