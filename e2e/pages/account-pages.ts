import { expect, type Page } from "@playwright/test";
import { until } from "../fixtures/until";

/** Signing up, in, out, and the mail in between. */
export class AccountPages {
  constructor(private readonly page: Page) {}

  /** From the landing page to "Check your mail". */
  async signUp(person: { name: string; email: string; password: string }): Promise<void> {
    await this.page.goto("/");
    await this.page.getByRole("link", { name: "Create account" }).first().click();
    await expect(this.page).toHaveURL(/\/sign-up$/);
    await this.fillSignUp(person);
    await expect(this.page.getByRole("heading", { name: "Check your mail" })).toBeVisible();
  }

  async fillSignUp(person: { name: string; email: string; password: string }): Promise<void> {
    await this.page.getByLabel("Name", { exact: true }).fill(person.name);
    await this.page.getByLabel("E-mail").fill(person.email);
    await this.page.getByLabel("Password").fill(person.password);
    await this.page.getByRole("button", { name: "Create account" }).click();
  }

  /** Opens a mailed link and names the workspace; ends on its overview. Returns the workspace's slug. */
  async createWorkspace(link: string, name: string): Promise<string> {
    await this.page.goto(link);
    await this.page.getByLabel("Workspace name").fill(name);
    await this.page.getByRole("button", { name: "Create workspace" }).click();
    await expect(this.page).toHaveURL(/\/t\/[a-z0-9-]+$/);
    return new URL(this.page.url()).pathname.split("/")[2] ?? "";
  }

  async signIn(email: string, password: string): Promise<void> {
    await this.page.goto("/sign-in");
    await this.fillSignIn(email, password);
  }

  async fillSignIn(email: string, password: string): Promise<void> {
    await this.page.getByLabel("E-mail").fill(email);
    await this.page.getByLabel("Password").fill(password);
    await this.page.getByRole("button", { name: "Sign in" }).click();
  }

  async signOut(): Promise<void> {
    await this.page.getByRole("button", { name: /^Account of / }).click();
    await this.page.getByRole("menuitem", { name: "Sign out" }).click();
    await expect(this.page).toHaveURL(/\/$/);
  }

  /** What a form says went wrong. */
  problem() {
    return this.page.getByRole("alert").filter({ hasText: /\S/ });
  }
}

type Mail = { subject: string; text: string };

/** Waits for the newest mail to an address. */
export async function readMail(email: string): Promise<Mail> {
  const mails = await until(() => mailsTo(email), (found) => found.length > 0);
  const [mail] = mails;
  if (!mail) throw new Error("no mail");
  return mail;
}

/** The link of a sign-up's mail. */
export function readSignUpLink(email: string): Promise<string> {
  return readLink(email, "/welcome");
}

/** The link to a page of ours in a mail to an address, of the newest one with this subject where it is given. */
export async function readLink(email: string, path: string, subject?: string): Promise<string> {
  const fits = (mail: Mail): boolean => subject === undefined || mail.subject === subject;
  const mails = await until(() => mailsTo(email), (found) => found.some(fits));
  const link = new RegExp(`https?://[^\\s/]+${path}\\?token=[\\w-]+`).exec(mails.find(fits)?.text ?? "")?.[0];
  if (!link) throw new Error(`the mail has no link to ${path}`);
  return link;
}

async function mailsTo(email: string): Promise<Mail[]> {
  return (await (await fetch(`${process.env.STINT_TEST_MAIL_URL}/api/messages?to=${encodeURIComponent(email)}`)).json()) as Mail[];
}
