import { readFile } from "node:fs/promises";
import { expect, type Locator, type Page } from "@playwright/test";

/** The usage page of one workspace. */
export class UsagePage {
  constructor(
    private readonly page: Page,
    private readonly slug: string,
  ) {}

  async open(query = ""): Promise<void> {
    await this.page.goto(`/t/${this.slug}/usage${query}`);
    await expect(this.page.getByRole("heading", { level: 1, name: "Usage" })).toBeVisible();
  }

  /** Follows one of the page's switches: the range, the meter, the bars or the grouping. */
  async choose(nav: "Range" | "Meter" | "Bars" | "Group by", name: string | RegExp): Promise<void> {
    const link = this.page.getByRole("navigation", { name: nav }).getByRole("link", { name });
    await link.click();
    await expect(link).toHaveAttribute("aria-current", "true");
  }

  /** Executed milliseconds of the range, to the last digit. */
  async executedMs(): Promise<number> {
    const total = this.page.locator("[data-total-ms]");
    return (await total.count()) === 0 ? 0 : Number(await total.first().getAttribute("data-total-ms"));
  }

  gauge(name: "Agent-minutes" | "API calls" | "Model spend"): Locator {
    return this.page.getByRole("meter", { name });
  }

  /** The rows of the chart's table, latest first: bar, exact value. */
  async bars(): Promise<[string, string][]> {
    const summary = this.page.getByText("Show as a table");
    await summary.click();
    const rows = this.page.getByRole("region", { name: /as a table$/ }).getByRole("row");
    const cells = await rows.evaluateAll((all) => all.slice(1).map((row) => [row.querySelector("th")?.textContent ?? "", row.querySelector("td")?.getAttribute("title") ?? ""]));
    await summary.click();
    return cells as [string, string][];
  }

  /** Downloads a CSV and returns where it came from and its lines. */
  async download(what: RegExp): Promise<{ href: string; text: string }> {
    const link = this.page.getByRole("link", { name: what });
    const href = (await link.getAttribute("href")) ?? "";
    const download = this.page.waitForEvent("download");
    await link.click();
    return { href, text: await readFile(await (await download).path(), "utf8") };
  }
}
