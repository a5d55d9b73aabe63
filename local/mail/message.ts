import { simpleParser, type AddressObject } from "mailparser";

/** A message as it is kept on disk and answered by the API. */
export interface StoredMessage {
  id: string;
  /** The addresses it was delivered to, lower case: the envelope's, not the header's. */
  to: string[];
  from: string;
  subject: string;
  text: string;
  html: string | null;
  /** ISO 8601, UTC. */
  received_at: string;
  message_id: string | null;
}

/** What stays in memory of each message. */
export type MessageSummary = Pick<StoredMessage, "id" | "to" | "from" | "subject" | "received_at">;

/** Reads a raw RFC 5322 message delivered to `recipients`. */
export async function parseMessage(raw: Buffer, recipients: string[]): Promise<Omit<StoredMessage, "id" | "received_at">> {
  const mail = await simpleParser(raw, { skipImageLinks: true });
  return {
    to: recipients.map((address) => address.toLowerCase()),
    from: firstAddress(mail.from),
    subject: mail.subject ?? "",
    text: mail.text ?? "",
    html: mail.html || null,
    message_id: mail.messageId ?? null,
  };
}

function firstAddress(from: AddressObject | undefined): string {
  return from?.text ?? "";
}
