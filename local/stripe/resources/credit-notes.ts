import type Stripe from "stripe";
import { addBalance } from "../billing/balance";
import { settled } from "../billing/collect";
import { markPaid } from "../billing/finalize";
import { cancelIntent } from "../billing/intents";
import { intentOf } from "../billing/payment";
import { refundCharge } from "../billing/refunds";
import { call, type Asked } from "../http/call";
import { invalid } from "../http/error";
import { count, mergeMetadata, metadata, oneOf, required, text, type Names, type Read } from "../http/kinds";
import { listPage, PAGE_CREATED } from "../http/list";
import { create, requireRow, update } from "../world/change";
import { newId } from "../world/ids";
import { listOf } from "../world/present";
import type { CreditNote, Invoice } from "../world/wire";
import type { World } from "../world/world";

const toCreate = {
  invoice: required(text), amount: required(count), credit_amount: count, out_of_band_amount: count, refund_amount: count, memo: text, metadata, reason: oneOf("duplicate", "fraudulent", "order_change", "product_unsatisfactory"),
} satisfies Names<Stripe.CreditNoteCreateParams>;

export const creditNoteCalls = [
  call("POST", "/v1/credit_notes", toCreate, issue),
  call("GET", "/v1/credit_notes", { ...PAGE_CREATED, customer: text, invoice: text } satisfies Names<Stripe.CreditNoteListParams>, ({ world, params }) =>
    listPage(world.tables.credit_notes, "/v1/credit_notes", params, (row) => (!params.customer || row.customer === params.customer) && (!params.invoice || row.invoice === params.invoice))),
  call("GET", "/v1/credit_notes/:id", {}, ({ world, id }) => requireRow(world.tables.credit_notes, id, "credit_note")),
];

/** Takes back a part of an invoice: of an open one less is to be paid, of a paid one the money goes where the call says. */
function issue({ world, params }: Asked<Read<typeof toCreate>>): CreditNote {
  const invoice = requireRow(world.tables.invoices, params.invoice, "invoice");
  if (invoice.status !== "open" && invoice.status !== "paid") throw invalid(`You can only create a credit note for an open or paid invoice. This invoice is ${invoice.status}.`, "invoice");
  const { amount } = params;
  const id = newId("cn");
  const left = invoice.total - invoice.pre_payment_credit_notes_amount - invoice.post_payment_credit_notes_amount;
  if (amount < 1 || amount > left) throw invalid(`The amount of the credit note (${amount}) is more than what is left of the invoice (${left}).`, "amount");
  const isOpen = invoice.status === "open";
  const { credit_amount: credit = 0, refund_amount: refund = 0, out_of_band_amount: outside = 0 } = params;
  if (isOpen && credit + refund + outside > 0) throw invalid("An open invoice is not paid yet: its credit note only lowers what is due.", "credit_amount");
  if (isOpen && amount > invoice.amount_remaining) throw invalid("The credit note is more than what is due.", "amount");
  if (!isOpen && credit + refund + outside !== amount) throw invalid("The sum of credit_amount, refund_amount and out_of_band_amount must equal the amount of the credit note.", "amount");
  const number = world.tables.credit_notes.filter((row) => row.customer === invoice.customer).length + 1;
  const given = refund > 0 ? refundCharge(world, intentOf(world, invoice.id)?.latest_charge ?? "", { amount: refund }) : null;
  const transaction = credit > 0 && invoice.customer ? addBalance(world, invoice.customer, { amount: -credit, type: "credit_note", credit_note: id }) : null;
  if (isOpen) lowerDue(world, invoice, amount);
  else update(world, world.tables.invoices, invoice.id, "invoice.updated", (row) => (row.post_payment_credit_notes_amount += amount));
  return create(world, world.tables.credit_notes, {
    id, object: "credit_note", amount, amount_shipping: 0, created: world.now(), currency: "usd", customer: invoice.customer ?? "", customer_account: null, customer_balance_transaction: transaction?.id ?? null, discount_amount: 0, discount_amounts: [],
    effective_at: world.now(), invoice: invoice.id, lines: listOf([lineOf(amount)], `/v1/credit_notes/${id}/lines`), livemode: false, memo: params.memo ?? null, metadata: mergeMetadata({}, params.metadata),
    number: `${invoice.number ?? ""}-CN-${String(number).padStart(2, "0")}`, out_of_band_amount: outside === 0 ? null : outside, pdf: invoice.invoice_pdf ?? "", post_payment_amount: isOpen ? 0 : amount, pre_payment_amount: isOpen ? amount : 0,
    pretax_credit_amounts: [], reason: params.reason ?? null, refunds: given ? [{ amount_refunded: refund, payment_record_refund: null, refund: given.id, type: "refund" }] : [], shipping_cost: null, status: "issued", subtotal: amount,
    subtotal_excluding_tax: amount, total: amount, total_excluding_tax: amount, total_taxes: [], type: isOpen ? "pre_payment" : "post_payment", voided_at: null,
  }, "credit_note.created");
}

function lowerDue(world: World, invoice: Invoice, amount: number): void {
  update(world, world.tables.invoices, invoice.id, "invoice.updated", (row) => {
    row.pre_payment_credit_notes_amount += amount;
    row.amount_due -= amount;
    row.amount_remaining -= amount;
  });
  const intent = intentOf(world, invoice.id);
  if (!intent) return;
  if (invoice.amount_remaining > 0) {
    update(world, world.tables.payment_intents, intent.id, null, (row) => (row.amount = invoice.amount_remaining));
    return;
  }
  cancelIntent(world, intent.id);
  settled(world, markPaid(world, invoice.id, {}));
}

function lineOf(amount: number): CreditNote["lines"]["data"][number] {
  return {
    id: newId("cnli"), object: "credit_note_line_item", amount, description: "Credit", discount_amount: 0, discount_amounts: [], livemode: false, metadata: {}, pretax_credit_amounts: [], quantity: 1, tax_rates: [], taxes: [],
    type: "custom_line_item", unit_amount: amount, unit_amount_decimal: String(amount),
  };
}
