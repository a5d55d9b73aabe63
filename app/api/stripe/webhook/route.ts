import { methods } from "@/lib/http/methods";
import { receiveStripeEvent } from "@/lib/http/stripe-webhook";

export const dynamic = "force-dynamic";

/** Stripe's events. Give Stripe `<APP_URL>/api/stripe/webhook` as the address of an endpoint. */
export const { GET, POST, PUT, PATCH, DELETE } = methods({ POST: receiveStripeEvent });
