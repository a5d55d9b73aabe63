import type Stripe from "stripe";
import { resolveCard } from "../billing/cards";
import { collect } from "../billing/collect";
import { paymentError } from "../billing/payment";
import { refundCharge } from "../billing/refunds";
import { call } from "../http/call";
import { ApiError, invalid } from "../http/error";
import { integer, mergeMetadata, metadata, oneOf, text, flag, type Names } from "../http/kinds";
import { listPage, PAGE_CREATED } from "../http/list";
import { requireRow, update } from "../world/change";

const toRefund = { amount: integer, charge: text, payment_intent: text, metadata, reason: oneOf("duplicate", "fraudulent", "requested_by_customer") } satisfies Names<Stripe.RefundCreateParams>;

export const paymentCalls = [
  call("GET", "/v1/payment_intents", { ...PAGE_CREATED, customer: text } satisfies Names<Stripe.PaymentIntentListParams>, ({ world, params }) => listPage(world.tables.payment_intents, "/v1/payment_intents", params, (row) => !params.customer || row.customer === params.customer)),
  call("GET", "/v1/payment_intents/:id", {}, ({ world, id }) => requireRow(world.tables.payment_intents, id, "payment_intent")),
  call("POST", "/v1/payment_intents/:id/confirm", { payment_method: text, off_session: flag, return_url: text } satisfies Names<Stripe.PaymentIntentConfirmParams>, ({ world, id, params }) => {
    const intent = requireRow(world.tables.payment_intents, id, "payment_intent");
    if (!["requires_payment_method", "requires_confirmation", "requires_action"].includes(intent.status)) throw new ApiError(400, { code: "payment_intent_unexpected_state", message: `This PaymentIntent's status is ${intent.status}, so it cannot be confirmed.` });
    const invoice = world.tables.invoices.get(world.tables.invoice_payments.all().find((row) => row.payment.payment_intent === id)?.invoice);
    if (!invoice) throw invalid("The sandbox confirms only payments of invoices.");
    const outcome = collect(world, invoice.id, { card: params.payment_method ? resolveCard(world, params.payment_method) : undefined, offSession: params.off_session ?? false });
    if (outcome.kind === "failed") throw paymentError(world, invoice, outcome);
    return intent;
  }),
  call("GET", "/v1/setup_intents/:id", {}, ({ world, id }) => requireRow(world.tables.setup_intents, id, "setup_intent")),
  call("GET", "/v1/charges", { ...PAGE_CREATED, customer: text, payment_intent: text } satisfies Names<Stripe.ChargeListParams>, ({ world, params }) =>
    listPage(world.tables.charges, "/v1/charges", params, (row) => (!params.customer || row.customer === params.customer) && (!params.payment_intent || row.payment_intent === params.payment_intent))),
  call("GET", "/v1/charges/:id", {}, ({ world, id }) => requireRow(world.tables.charges, id, "charge")),
  call("POST", "/v1/refunds", toRefund, ({ world, params }) => {
    if ((params.charge === undefined) === (params.payment_intent === undefined)) throw new ApiError(400, { code: "parameter_missing", message: "One of the following params should be provided for this request: payment_intent or charge.", param: "charge" });
    const id = params.charge ?? requireRow(world.tables.payment_intents, params.payment_intent ?? "", "payment_intent").latest_charge ?? "";
    return refundCharge(world, id, { amount: params.amount, reason: params.reason, metadata: mergeMetadata({}, params.metadata) });
  }),
  call("GET", "/v1/refunds", { ...PAGE_CREATED, charge: text, payment_intent: text }, ({ world, params }) => listPage(world.tables.refunds, "/v1/refunds", params, (row) => (!params.charge || row.charge === params.charge) && (!params.payment_intent || row.payment_intent === params.payment_intent))),
  call("GET", "/v1/refunds/:id", {}, ({ world, id }) => requireRow(world.tables.refunds, id, "refund")),
  call("GET", "/v1/disputes", { ...PAGE_CREATED, charge: text, payment_intent: text } satisfies Names<Stripe.DisputeListParams>, ({ world, params }) => listPage(world.tables.disputes, "/v1/disputes", params, (row) => (!params.charge || row.charge === params.charge) && (!params.payment_intent || row.payment_intent === params.payment_intent))),
  call("GET", "/v1/disputes/:id", {}, ({ world, id }) => requireRow(world.tables.disputes, id, "dispute")),
  call("POST", "/v1/disputes/:id/close", {}, ({ world, id }) => {
    requireRow(world.tables.disputes, id, "dispute");
    return update(world, world.tables.disputes, id, "charge.dispute.updated", (row) => (row.status = "lost"), ["charge.dispute.closed"]);
  }),
];
