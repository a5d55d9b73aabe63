import { createHmac } from "node:crypto";

/** The header `stripe-signature` for a body, as Stripe makes it. `at` is in Unix seconds. */
export function signBody(body: string, secret: string, at: number): string {
  return `t=${at},v1=${createHmac("sha256", secret).update(`${at}.${body}`).digest("hex")}`;
}
