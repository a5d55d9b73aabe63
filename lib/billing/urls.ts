import { env } from "@/lib/platform/env";

/** Where Stripe's pages lead back to. The page that is opened asks Stripe itself what has become of it. */
export function billingUrl(slug: string, from: "checkout" | "portal"): string {
  return `${env().APP_URL}/t/${slug}/billing?from=${from}`;
}

export function plansUrl(slug: string): string {
  return `${env().APP_URL}/t/${slug}/billing/plans`;
}
