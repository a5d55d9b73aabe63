/** What is sent is what the verifier of Standard Webhooks takes, unchanged. */
import { Webhook, WebhookVerificationError } from "standardwebhooks";
import { describe, expect, test } from "vitest";
import { newWebhookSecret, signatureHeaders } from "@/lib/webhooks/signature";

const body = JSON.stringify({ id: "evt_1", type: "run.succeeded", data: { metadata: { naïve: "ü 漢字 \u{1F600}" } } });
const sign = (secrets: string[], at = new Date()) => signatureHeaders({ id: "evt_1", body, secrets, at });

describe("signatures", () => {
  test("are taken by the official verifier, which gives the payload back", () => {
    const secret = newWebhookSecret();
    expect(new Webhook(secret).verify(body, sign([secret]))).toEqual(JSON.parse(body));
  });

  test("of two secrets are taken by whoever knows either", () => {
    const [fresh, old] = [newWebhookSecret(), newWebhookSecret()];
    const headers = sign([fresh, old]);
    expect(headers["webhook-signature"]?.split(" ")).toHaveLength(2);
    for (const secret of [fresh, old]) expect(() => new Webhook(secret).verify(body, headers)).not.toThrow();
  });

  test.each([
    ["another secret", body, sign([newWebhookSecret()])],
    ["another body", `${body} `, null],
    ["another id", body, { "webhook-id": "evt_2" }],
    ["an old time", body, { "webhook-timestamp": String(Math.floor(Date.now() / 1000) - 301) }],
  ])("fail with %s", (_what, sent, changed) => {
    const secret = newWebhookSecret();
    expect(() => new Webhook(secret).verify(sent, { ...sign([secret]), ...changed })).toThrow(WebhookVerificationError);
  });

  test("that were made six minutes ago are too old", () => {
    const secret = newWebhookSecret();
    expect(() => new Webhook(secret).verify(body, sign([secret], new Date(Date.now() - 360_000)))).toThrow("too old");
  });

  test("secrets are 32 random bytes", () => {
    const secret = newWebhookSecret();
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect(newWebhookSecret()).not.toBe(secret);
  });
});
