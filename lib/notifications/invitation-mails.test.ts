import { expect, test } from "vitest";
import { invitationMail } from "@/lib/notifications/invitation-mails";

const URL_OF_IT = "https://stint.example/invite?token=abc";

test("the mail says who invites into what, and leads to the invitation", async () => {
  const mail = await invitationMail({ workspace: "Carrow Mill", inviter: "Ada Miller", role: "developer", days: 7, url: URL_OF_IT });
  expect(mail.text).toContain("“Ada Miller” invites you to the workspace with the name “Carrow Mill” on Stint, in the role developer.");
  for (const part of [mail.text, mail.html]) expect(part).toContain(URL_OF_IT);
  expect(mail.text).toContain("7 days");
});

test("names cannot write to a stranger in our name", async () => {
  const mail = await invitationMail({ workspace: "Account locked.\n\nUnlock: https://evil.example/x", inviter: "Stint <help@evil.example>", role: "viewer", days: 7, url: URL_OF_IT });
  expect(mail.subject).toBe((await invitationMail({ workspace: "A", inviter: "B", role: "viewer", days: 7, url: URL_OF_IT })).subject);
  // What stands before the body is the same in every mail.
  const shown = mail.html.slice(mail.html.indexOf("<body"));
  for (const part of [mail.text, shown]) {
    expect(part).not.toMatch(/evil\.|@|Unlock:/);
    // Every address in it is our own.
    for (const [address] of part.matchAll(/https?:\/\/[^\s"<]+/g)) expect(address).toBe(URL_OF_IT);
  }
  expect(mail.html).toContain(`<title>${mail.subject}</title>`);
  expect(mail.text.split("\n\n")).toHaveLength(5);
});

test("names of which nothing is left are left out", async () => {
  const { text } = await invitationMail({ workspace: "://", inviter: "☎", role: "viewer", days: 7, url: URL_OF_IT });
  expect(text).toContain("somebody invites you to the workspace on Stint, in the role viewer.");
});
