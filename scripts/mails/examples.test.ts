import { describe, expect, test } from "vitest";
import { foreignName } from "@/lib/notifications/foreign-name";
import { renderBillingMail } from "@/lib/notifications/billing/render";
import { billingMailSchema } from "@/lib/notifications/billing/schema";
import type { MailContent } from "@/lib/notifications/layout";
import { BILLING_EXAMPLES } from "@/scripts/mails/billing-examples";
import { EXAMPLES, EXAMPLE_URL } from "@/scripts/mails/examples";

/** What a reader of the HTML part sees, without the preview, the logo and what helps with a broken button. */
function shownOf(html: string): string {
  return unescape(
    html.slice(html.indexOf("<body"))
      .replace(/<!--[\s\S]*?-->/g, "")
      .replace(/<div [^>]*data-skip-in-text[^>]*>[^<]*(<div>[^<]*<\/div>)?<\/div>/g, "")
      .replace(/<p [^>]*data-skip-in-text[^>]*>[\s\S]*?<\/p>/g, "")
      .replace(/<[^>]+>/g, " "),
  );
}
const unescape = (text: string): string => text.replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&quot;/g, '"').replace(/&#x27;/g, "'").replace(/&amp;/g, "&");
const linksOf = (html: string): string[] => [...html.matchAll(/href="([^"]+)"/g)].map(([, link = ""]) => unescape(link));
const wordsOf = (text: string): string[] => text.match(/[^\s:]+/g) ?? [];

describe.each(EXAMPLES.map(({ name, render }) => [name, render] as const))("%s", (_name, render) => {
  test("says the same in both parts, with every address on a line of its own", async () => {
    const { html, text } = await render();
    const links = linksOf(html);
    expect(links.length).toBeGreaterThan(0);
    const lines = text.split("\n");
    for (const link of links) expect(lines).toContain(link);
    // The text part has the words of the HTML part in their order, and its addresses between them.
    const spoken = lines.filter((line) => !links.includes(line)).join(" ");
    expect(wordsOf(spoken)).toEqual(wordsOf(shownOf(html)));
    expect(text).not.toMatch(/\n{3}|<|[ \t]$/m);
  });

  test("has a subject of one line, a preview, and nothing to fetch", async () => {
    const { subject, html } = await render();
    expect(subject).toMatch(/^\S.{5,100}\S$/);
    expect(html).toMatch(/data-skip-in-text="true">[^<]{10,}<\/?div>/);
    expect(html.slice(html.indexOf("<head"))).not.toMatch(/<(img|script|link|iframe)|url\(|@import|@font-face/);
    expect(html).toContain("@media (prefers-color-scheme:dark)");
  });
});

test("names of examples are unique", () => {
  const names = EXAMPLES.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
});

describe("mails about money", () => {
  test("have an example for every kind, and come through JSON as they are", () => {
    const kinds = billingMailSchema.options.map((one) => one.shape.kind.value);
    expect([...new Set(BILLING_EXAMPLES.map(({ kind }) => kind))].sort()).toEqual([...kinds].sort());
    for (const mail of BILLING_EXAMPLES) expect(billingMailSchema.parse(JSON.parse(JSON.stringify(mail)))).toEqual(mail);
  });

  test("keep a day whole, and a time with its UTC, where there is little room", async () => {
    const [subscribed] = BILLING_EXAMPLES.filter(({ kind }) => kind === "subscribed");
    if (!subscribed) throw new Error("there is an example for every kind");
    const { html, text } = await renderBillingMail(subscribed, { workspace: "Acme", url: EXAMPLE_URL });
    const kept = [...html.matchAll(/<span style="white-space:nowrap">([^<]+)<\/span>/g)].map(([, words]) => words);
    expect(kept).toEqual([expect.stringMatching(/^\d+ \w+ \d{4},$/), expect.stringMatching(/^\d\d:\d\d UTC$/)]);
    expect(text).toContain(kept.join(" "));
  });

  const HOSTILE = "Pay here.\n\nhttps://evil.example/pay <a href=\"https://evil.example\">x</a>\r\nBcc: all@evil.example";

  test.each(BILLING_EXAMPLES.map((mail) => [mail.kind, mail] as const))("%s is not written by the workspace’s name", async (_kind, mail) => {
    const tame = await renderBillingMail(mail, { workspace: "Acme", url: EXAMPLE_URL });
    const { subject, html, text } = await renderBillingMail(mail, { workspace: HOSTILE, url: EXAMPLE_URL });
    const name = foreignName(HOSTILE) ?? "";
    expect(subject).toBe(tame.subject.replace("“Acme”", name));
    expect(unescape(html)).toBe(unescape(tame.html).replaceAll("“Acme”", name));
    expect(text).toBe(tame.text.replaceAll("“Acme”", name));
    expect(`${subject}${text}`).not.toMatch(/evil\.example|[\r<]/);
  });

  test("say it without a name of which nothing is left", async () => {
    const [mail] = BILLING_EXAMPLES;
    if (!mail) throw new Error("no example");
    const { subject, text } = await renderBillingMail(mail, { workspace: "://", url: EXAMPLE_URL });
    expect(subject).toBe("The Pro trial has started");
    expect(text).not.toContain("Workspace");
  });

  const receipt = (description: string): Promise<MailContent> => {
    const mail = BILLING_EXAMPLES.find((one) => one.kind === "invoice_paid");
    if (mail?.kind !== "invoice_paid") throw new Error("no receipt");
    return renderBillingMail({ ...mail, lines: [{ description, amountCents: 100 }] }, { workspace: "Acme", url: EXAMPLE_URL });
  };

  test("keep an invoice’s own words words", async () => {
    const { html, text } = await receipt("<img src=x onerror=alert(1)> & \"more\"\n\nTotal: $0.00");
    expect(html).not.toContain("<img");
    expect(text.split("\n")).toContain("<img src=x onerror=alert(1)> & \"more\" Total: $0.00: $1.00");
  });

  test.each(["javascript:alert(1)", "data:text/html,x", "ftp://stripe.example/x", "invoice"])("take no address %s", (payUrl) => {
    const mail = { kind: "limits_reduced", plan: "pro", amountCents: 100, invoiceNumber: null, payUrl };
    expect(billingMailSchema.safeParse({ ...mail, payUrl: "https://stripe.example/x" }).success).toBe(true);
    expect(billingMailSchema.safeParse(mail).success).toBe(false);
  });
});
