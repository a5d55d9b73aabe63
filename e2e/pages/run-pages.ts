import { expect, type Locator, type Page } from "@playwright/test";

/** A run's own page. */
export class RunPage {
  constructor(private readonly page: Page) {}

  status(): Locator {
    return this.page.getByRole("heading", { level: 1 }).locator("[data-status]");
  }

  step(seq: number): Locator {
    return this.page.locator(`[data-step="${seq}"]`);
  }

  async openStep(seq: number): Promise<Locator> {
    const step = this.step(seq);
    await step.locator("summary").click();
    return step;
  }

  async open(part: string): Promise<void> {
    await this.page.locator("summary").filter({ hasText: part }).click();
  }

  async untilEnded(): Promise<void> {
    await expect(this.status()).toHaveAttribute("data-status", "succeeded", { timeout: 60_000 });
  }
}
