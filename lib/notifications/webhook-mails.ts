import { buttonMail, type MailContent } from "@/lib/notifications/layout";

/** Tells an owner that a webhook endpoint gets nothing any more, why, and what to do. `host` alone: the rest of its address may be a secret. */
export function webhookDisabledMail(endpoint: { host: string; gone: boolean; url: string }): Promise<MailContent> {
  const { host, gone, url } = endpoint;
  const why = gone ? "It answered 410 (gone), which asks for nothing more to be sent." : "Every delivery of the last three days failed.";
  return buttonMail({
    subject: `The webhook endpoint at ${host} was disabled`,
    paragraphs: ["Hello,", `the webhook endpoint at ${host} was disabled: nothing is sent to it any more. ${why}`, "Its deliveries are kept for 30 days. Once the endpoint works, enable it and replay what it missed."],
    button: { label: "Open webhook endpoint", url },
    footer: "You get this mail because you own the workspace.",
  });
}
