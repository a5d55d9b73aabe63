import { buttonMail, type MailContent } from "@/lib/notifications/layout";

/** Tells a key's maker that it ends soon, and what to do. */
export function keyExpiresMail(key: { name: string; prefix: string; endsAt: Date; url: string }): Promise<MailContent> {
  const end = `${key.endsAt.toISOString().slice(0, 16).replace("T", " ")} UTC`;
  return buttonMail({
    subject: `The API key “${key.name}” ends on ${end.slice(0, 10)}`,
    paragraphs: ["Hello,", `the API key “${key.name}” (${key.prefix}…) stops working on ${end}.`, "Give it more time, or create another one and put it in its place."],
    button: { label: "Open API keys", url: key.url },
    footer: "You get this mail once, because you created the key.",
  });
}
