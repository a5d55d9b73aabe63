import { expect, type Locator, type Page } from "@playwright/test";
import { mailsTo } from "../fixtures/mail";
import { until } from "../fixtures/until";

/** The page of a workspace's members and invitations. */
export class TeamPage {
  constructor(private readonly page: Page) {}

  member(text: string): Locator {
    return this.page.getByRole("table", { name: "Members of this workspace" }).getByRole("row").filter({ hasText: text });
  }

  invitation(email: string): Locator {
    return this.page.getByRole("table", { name: "Open invitations of this workspace" }).getByRole("row").filter({ hasText: email });
  }

  async openInviteForm(): Promise<void> {
    await this.page.getByRole("button", { name: "Invite member" }).first().click();
  }

  /** Sends an invitation and closes the dialog. */
  async invite(email: string, role: string): Promise<void> {
    await this.openInviteForm();
    await this.page.getByRole("dialog").getByLabel("E-mail").fill(email);
    await this.page.getByRole("dialog").getByLabel("Role").selectOption({ label: role });
    await this.page.getByRole("button", { name: "Send invitation" }).click();
    await this.page.getByRole("button", { name: "Done" }).click();
    await expect(this.invitation(email)).toContainText(role);
  }

  async changeRole(member: string, role: string): Promise<void> {
    await this.member(member).getByRole("button", { name: "Change role" }).click();
    await this.page.getByRole("dialog").getByLabel("Role").selectOption({ label: role });
    await this.page.getByRole("button", { name: "Save role" }).click();
    await expect(this.page.getByRole("dialog")).toHaveCount(0);
    await expect(this.member(member)).toContainText(role);
  }

  /** Presses a button of a member's row and confirms. */
  async confirm(member: string, button: string, confirmation: string): Promise<void> {
    await this.member(member).getByRole("button", { name: button, exact: true }).click();
    await this.page.getByRole("alertdialog").getByRole("button", { name: confirmation }).click();
  }
}

/** The links of the invitations that were mailed to an address, once there are `count`; the newest first. */
export async function readInvitationLinks(email: string, count = 1): Promise<string[]> {
  const links = async () => (await mailsTo(email)).flatMap(({ text }) => /https?:\/\/\S+\/invite\?token=[\w-]+/.exec(text)?.[0] ?? []);
  return until(links, (found) => found.length >= count);
}
