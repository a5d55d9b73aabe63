import { expect, type Locator, type Page } from "@playwright/test";

type PlanName = "Free" | "Starter" | "Pro" | "Enterprise";
/** The cards of the sandbox's pages. */
type TestCard = "Succeeds" | "Is declined" | "Declines at the next renewal" | "Asks for confirmation" | "Confirms later ones";
/** How the plan card says that a workspace stands. */
type Standing = "free" | "contract" | "trial" | "active" | "ending" | "past_due";

/** The billing pages of one workspace, and the way to Stripe's and back. */
export class BillingPage {
  constructor(
    private readonly page: Page,
    private readonly slug: string,
  ) {}

  async open(): Promise<void> {
    await this.page.goto(`/t/${this.slug}/billing`);
    await expect(this.page.getByRole("heading", { level: 1, name: "Billing" })).toBeVisible();
  }

  async openPlans(): Promise<void> {
    await this.page.goto(`/t/${this.slug}/billing/plans`);
    await expect(this.page.getByRole("heading", { level: 1, name: "Plans" })).toBeVisible();
  }

  planCard(): Locator {
    return this.page.getByRole("region", { name: "Plan", exact: true });
  }

  nextInvoice(): Locator {
    return this.page.getByRole("region", { name: "Next invoice" });
  }

  payment(): Locator {
    return this.page.getByRole("region", { name: "Payment" });
  }

  invoices(): Locator {
    return this.page.getByRole("region", { name: "Invoices" });
  }

  /** A plan on the page of plans. */
  offer(plan: PlanName): Locator {
    return this.page.locator(`[data-plan=${plan.toLowerCase()}]`);
  }

  /** The plans with the accent's tick. */
  async markedPlans(): Promise<(string | null)[]> {
    return this.page.locator("[data-plan]:has(> .bg-accent)").evaluateAll((plans) => plans.map((plan) => plan.getAttribute("data-plan")));
  }

  async expectStanding(plan: PlanName, standing: Standing): Promise<void> {
    await expect(this.planCard()).toHaveAttribute("data-standing", standing);
    await expect(this.planCard().getByRole("heading", { name: `${plan} plan` })).toBeVisible();
  }

  /** The total of the next invoice as the page shows it, in US cents; null: there is none. */
  async nextTotalCents(): Promise<number | null> {
    const total = this.nextInvoice().locator("[data-total-cents]");
    return (await total.count()) === 0 ? null : Number(await total.getAttribute("data-total-cents"));
  }

  /** Totals of the invoices in the list, newest first, in US cents. */
  async invoiceCents(): Promise<number[]> {
    return (await this.invoices().locator("[data-invoice-cents]").evaluateAll((cells) => cells.map((cell) => Number(cell.getAttribute("data-invoice-cents")))));
  }

  async startTrial(plan: "Starter" | "Pro"): Promise<void> {
    await this.openPlans();
    await this.offer(plan).getByRole("button", { name: /^Try / }).click();
    await this.confirm("Start trial");
    await this.expectStanding(plan, "trial");
  }

  async switchTrial(plan: "Starter" | "Pro"): Promise<void> {
    await this.openPlans();
    await this.offer(plan).getByRole("button", { name: `Switch to ${plan}` }).click();
    await this.confirm(`Switch to ${plan}`);
    await this.expectStanding(plan, "trial");
  }

  /** Ends the trial and pays. */
  async endTrial(plan: "Starter" | "Pro"): Promise<void> {
    await this.open();
    await this.planCard().getByRole("button", { name: "End trial now" }).click();
    await this.confirm(/^Pay /);
    await this.expectStanding(plan, "active");
  }

  /** Goes to Stripe's checkout page and returns the session's id. */
  async goToCheckout(plan: "Starter" | "Pro"): Promise<string> {
    await this.openPlans();
    await this.offer(plan).getByRole("button", { name: `Buy ${plan}` }).click();
    await this.page.waitForURL(/cs_/);
    return /cs_[A-Za-z0-9_]+/.exec(this.page.url())?.[0] ?? "";
  }

  /** Fills in Stripe's checkout page as the sandbox has it, and pays. A card that is declined stays there, with the reason. */
  async payOnStripe({ card = "Succeeds", name = "Harbour Works", country = "US" }: { card?: TestCard; name?: string; country?: string } = {}): Promise<void> {
    await this.page.getByLabel("Name or business name").fill(name);
    await this.page.getByLabel("Country").selectOption(country);
    await this.page.getByRole("radio", { name: card }).check();
    await this.page.getByRole("button", { name: /subscribe$/i }).click();
  }

  /** Takes another card on Stripe's portal as the sandbox has it. */
  async saveCardOnStripe(card: TestCard = "Succeeds"): Promise<void> {
    await this.page.getByRole("radio", { name: card }).check();
    await this.page.getByRole("button", { name: "Save card" }).click();
  }

  /** The way back that Stripe takes after a payment. */
  async returnFromCheckout(): Promise<void> {
    await this.page.goto(`/t/${this.slug}/billing?from=checkout`);
    await expect(this.page.getByRole("heading", { level: 1, name: "Billing" })).toBeVisible();
  }

  /** Goes to Stripe's portal, to the card alone or to everything. */
  async goToPortal(button: "Add a card" | "Change card" | "Edit address and tax ID"): Promise<void> {
    await this.open();
    const before = this.page.url();
    await this.payment().getByRole("button", { name: button }).click();
    await this.page.waitForURL((url) => url.href !== before && !url.pathname.startsWith("/t/"));
  }

  async returnFromPortal(): Promise<void> {
    await this.page.goto(`/t/${this.slug}/billing?from=portal`);
    await expect(this.page.getByRole("heading", { level: 1, name: "Billing" })).toBeVisible();
  }

  /** Opens the dialog that shows what a larger plan costs now; returns what is due, in US cents. */
  async previewUpgrade(plan: "Starter" | "Pro"): Promise<number> {
    await this.openPlans();
    await this.offer(plan).getByRole("button", { name: `Upgrade to ${plan}` }).click();
    const due = this.page.getByRole("dialog").locator("[data-due-cents]");
    await expect(due).toBeVisible();
    return Number(await due.getAttribute("data-due-cents"));
  }

  /** Agrees to what the open dialog shows. */
  async payAndUpgrade(): Promise<void> {
    await this.page.getByRole("dialog").getByRole("button", { name: "Pay and upgrade" }).click();
  }

  /** Upgrades and returns what was charged, in US cents. */
  async upgrade(plan: "Starter" | "Pro"): Promise<number> {
    const due = await this.previewUpgrade(plan);
    await this.payAndUpgrade();
    await this.expectStanding(plan, "active");
    return due;
  }

  /** Opens the invoice's page at Stripe, as the billing page leads there in another tab, and confirms at the bank. */
  async confirmAtBank(): Promise<void> {
    const opened = this.page.waitForEvent("popup");
    await this.planCard().getByRole("link", { name: "Confirm payment" }).click();
    const stripe = await opened;
    await stripe.getByRole("link", { name: "Confirm at your bank" }).click();
    await stripe.getByRole("button", { name: "Confirm payment" }).click();
    await expect(stripe.getByText("Paid", { exact: true })).toBeVisible();
    await stripe.close();
  }

  /** As the tab does when somebody comes back to it. */
  async returnFromBank(): Promise<void> {
    await this.page.goto(`/t/${this.slug}/billing?from=confirm`);
    await expect(this.page.getByRole("heading", { level: 1, name: "Billing" })).toBeVisible();
  }

  /** Leaves a change be that waits for its payment. */
  async leaveChange(stayOn: PlanName): Promise<void> {
    await this.open();
    await this.planCard().getByRole("button", { name: "Leave it" }).click();
    await this.confirm(`Stay on ${stayOn}`);
    await expect(this.planCard().getByText("waits for your bank")).toHaveCount(0);
  }

  async downgrade(plan: "Starter" | "Pro"): Promise<void> {
    await this.openPlans();
    await this.offer(plan).getByRole("button", { name: `Downgrade to ${plan}` }).click();
    await this.confirm(`Downgrade to ${plan}`);
    await expect(this.planCard().getByText(new RegExp(`^${plan} begins on `))).toBeVisible();
  }

  async undoDowngrade(stayOn: PlanName): Promise<void> {
    await this.open();
    await this.planCard().getByRole("button", { name: "Undo change" }).click();
    await this.confirm(`Stay on ${stayOn}`);
    await expect(this.planCard().getByRole("button", { name: "Undo change" })).toHaveCount(0);
  }

  async cancel(plan: PlanName, what: "plan" | "trial" = "plan"): Promise<void> {
    await this.open();
    await this.planCard().getByRole("button", { name: `Cancel ${what}` }).click();
    await this.confirm(`Cancel ${what}`);
    if (what === "plan") await this.expectStanding(plan, "ending");
    else await expect(this.planCard().getByText("It was canceled")).toBeVisible();
  }

  async resume(plan: PlanName): Promise<void> {
    await this.open();
    await this.planCard().getByRole("button", { name: "Resume plan" }).click();
    await this.confirm("Resume plan");
    await this.expectStanding(plan, "active");
  }

  dialog(): Locator {
    return this.page.getByRole("alertdialog");
  }

  /** Presses the deed in the dialog that asks, and waits until it has closed. */
  private async confirm(label: string | RegExp): Promise<void> {
    await this.dialog().getByRole("button", typeof label === "string" ? { name: label, exact: true } : { name: label }).click();
    await expect(this.dialog()).toHaveCount(0);
  }
}
