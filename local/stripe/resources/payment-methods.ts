import type Stripe from "stripe";
import { attachCard, detachCard, resolveCard } from "../billing/cards";
import { call } from "../http/call";
import { email, emptyable, mergeMetadata, metadata, object, oneOf, required, text, clearable, type Names } from "../http/kinds";
import { listPage, PAGE } from "../http/list";
import { requireRow, update } from "../world/change";
import { address, readAddress } from "./address";
import { requireCustomer } from "./require-customer";

const billing = object({ address: emptyable(address), email: emptyable(email), name: clearable, phone: clearable });

export const paymentMethodCalls = [
  call("GET", "/v1/payment_methods", { ...PAGE, customer: text, type: oneOf("card") } satisfies Names<Stripe.PaymentMethodListParams>, ({ world, params }) =>
    listPage(world.tables.payment_methods, "/v1/payment_methods", params, (row) => row.customer !== null && row.customer === params.customer)),
  call("GET", "/v1/payment_methods/:id", {}, ({ world, id }) => requireRow(world.tables.payment_methods, id, "PaymentMethod")),
  call("POST", "/v1/payment_methods/:id", { billing_details: billing, metadata } satisfies Names<Stripe.PaymentMethodUpdateParams>, ({ world, id, params }) => {
    requireRow(world.tables.payment_methods, id, "PaymentMethod");
    return update(world, world.tables.payment_methods, id, "payment_method.updated", (row) => {
      const { address: place, ...rest } = params.billing_details ?? {};
      Object.assign(row.billing_details, rest, place === undefined ? {} : { address: readAddress(place) });
      row.metadata = mergeMetadata(row.metadata ?? {}, params.metadata);
    });
  }),
  call("POST", "/v1/payment_methods/:id/attach", { customer: required(text) } satisfies Names<Stripe.PaymentMethodAttachParams>, ({ world, id, params }) => {
    requireCustomer(world, params.customer);
    return attachCard(world, resolveCard(world, id).id, params.customer);
  }),
  call("POST", "/v1/payment_methods/:id/detach", {}, ({ world, id }) => detachCard(world, id)),
];
