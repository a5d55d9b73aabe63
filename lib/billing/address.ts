/** Who asks for a trial, as far as that can be told from a mail address. Pure. */
import { createHash } from "node:crypto";
import { isDisposableEmailDomain } from "disposable-email-domains-js";

/** Where dots before the @ mean nothing. */
const DOTLESS = new Set(["gmail.com", "googlemail.com"]);

/** The one mailbox behind an address: `J.Doe+2@googlemail.com` is `jdoe@gmail.com`. */
export function mailboxOf(email: string): string {
  const address = email.trim().normalize("NFKC").toLowerCase();
  const at = address.lastIndexOf("@");
  const [local = "", domain] = [address.slice(0, at).split("+")[0], address.slice(at + 1).replace(/\.$/, "")];
  return DOTLESS.has(domain) ? `${local.replaceAll(".", "")}@gmail.com` : `${local}@${domain}`;
}

/** What is kept of whoever had a trial: 32 bytes that say whether it is the same mailbox, and nothing else. */
export function hashMailbox(email: string): Buffer {
  return createHash("sha256").update(`stint-trial:${mailboxOf(email)}`).digest();
}

/** True for a mailbox of a throwaway service, at its domain or below it. */
export function isThrowaway(email: string): boolean {
  const labels = mailboxOf(email).split("@").at(-1)?.split(".") ?? [];
  return labels.some((_, at) => labels.length - at >= 2 && isDisposableEmailDomain(labels.slice(at).join(".")));
}
