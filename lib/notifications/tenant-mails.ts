import { buttonMail, type MailContent } from "@/lib/notifications/layout";

/** Tells an owner that a workspace will be deleted, when, and how to keep it. */
export function tenantDeletionMail(tenant: { name: string; askedBy: string | null; deleteAfter: Date; url: string }): Promise<MailContent> {
  const { name, askedBy, deleteAfter, url } = tenant;
  const end = `${deleteAfter.toISOString().slice(0, 16).replace("T", " ")} UTC`;
  return buttonMail({
    subject: `The workspace “${name}” will be deleted on ${end.slice(0, 10)}`,
    paragraphs: [
      "Hello,",
      `${askedBy ?? "an owner"} asked for the deletion of the workspace “${name}”. Nothing in it runs any more. Until ${end} everything in it can still be read and exported; after that it is deleted and cannot be had back.`,
      "To keep it, open the workspace and press “Keep workspace”. Any owner can, until then.",
    ],
    button: { label: "Open the workspace", url },
    footer: "You get this mail because you own the workspace.",
  });
}
