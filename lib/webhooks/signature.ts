import { randomBytes } from "node:crypto";
import { Webhook } from "standardwebhooks";

const SECRET_BYTES = 32;

/** A new signing secret as Standard Webhooks writes it: `whsec_` and 32 random bytes in base64. */
export function newWebhookSecret(): string {
  return `whsec_${randomBytes(SECRET_BYTES).toString("base64")}`;
}

/**
 * The headers of one attempt: its id is the event's and stays the same, its time is the attempt's. Each secret signs;
 * a receiver takes the one it knows.
 */
export function signatureHeaders(message: { id: string; body: string; secrets: readonly string[]; at: Date }): Record<string, string> {
  const { id, body, secrets, at } = message;
  return {
    "webhook-id": id,
    "webhook-timestamp": String(Math.floor(at.getTime() / 1000)),
    "webhook-signature": secrets.map((secret) => new Webhook(secret).sign(id, at, body)).join(" "),
  };
}
