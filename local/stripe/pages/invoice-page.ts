import type { ServerResponse } from "node:http";
import { makeCard, PAGE_CARDS } from "../billing/cards";
import { collect } from "../billing/collect";
import { confirmPayment } from "../billing/confirm";
import { formatMoney } from "../billing/money";
import { intentOf } from "../billing/payment";
import { ApiError } from "../http/error";
import { formatDay } from "../world/calendar";
import type { Invoice } from "../world/wire";
import type { World } from "../world/world";
import { confirmForm } from "./checkout-page";
import { cardField, readCard } from "./fields";
import { invoicePdf } from "./invoice-pdf";
import { totals } from "./totals";
import { escapeHtml, redirect, renderNotice, renderPage, sendPage } from "./layout";

const STATES: Record<string, string> = { draft: "Draft", open: "To be paid", paid: "Paid", uncollectible: "Written off", void: "Void" };

/** An invoice as its customer sees it, who may pay it here; and its PDF. The link has a secret of its own. */
export function invoicePage(world: World, id: string, secret: string, part: string, form: URLSearchParams | null, response: ServerResponse): void {
  const invoice = world.tables.invoices.get(id);
  if (!invoice || world.hidden(id).page?.secret !== secret) return sendPage(response, 404, renderNotice("There is no such invoice", "The link is not one of this sandbox."));
  if (part === "pdf") {
    response.writeHead(200, { "content-type": "application/pdf", "content-disposition": `inline; filename="${invoice.number ?? id}.pdf"`, "cache-control": "no-store" }).end(invoicePdf(invoice));
    return;
  }
  const confirm = intentOf(world, id)?.next_action?.redirect_to_url?.url ?? null;
  if (!form || invoice.status !== "open") return sendPage(response, 200, render(invoice, null, confirm));
  const card = world.transact(() => {
    const made = makeCard(world, PAGE_CARDS[readCard(form.get("card"))]);
    world.tables.payment_methods.edit(made.id, (row) => (row.customer = invoice.customer));
    return made;
  });
  const outcome = world.transact(() => collect(world, id, { card, offSession: false }));
  if (outcome.kind === "failed") return sendPage(response, 402, render(invoice, outcome.error.message, null));
  const url = outcome.kind === "action" ? intentOf(world, id)?.next_action?.redirect_to_url?.url : invoice.hosted_invoice_url;
  redirect(response, url ?? "/");
}

/** The page on which a bank asks whether a payment is its customer's. */
export function confirmPage(world: World, intentId: string, form: URLSearchParams | null, path: string, response: ServerResponse): void {
  const intent = world.tables.payment_intents.get(intentId);
  const invoice = world.tables.invoices.get(world.tables.invoice_payments.all().find((row) => row.payment.payment_intent === intentId)?.invoice);
  if (!intent || !invoice || !world.hidden(intentId).page?.url?.endsWith(path)) return sendPage(response, 404, renderNotice("There is no such payment", "The link is not one of this sandbox."));
  if (intent.status !== "requires_action") return redirect(response, invoice.hosted_invoice_url ?? "/");
  if (!form) return sendPage(response, 200, renderPage("Confirm the payment", confirmForm(`Stint asks for ${formatMoney(intent.amount)}.`), true));
  try {
    world.transact(() => confirmPayment(world, intentId, form.get("do") === "confirm"));
  } catch (cause) {
    if (!(cause instanceof ApiError)) throw cause;
  }
  redirect(response, invoice.hosted_invoice_url ?? "/");
}

export function receiptPage(world: World, id: string, response: ServerResponse): void {
  const charge = world.tables.charges.get(id);
  if (!charge?.paid) return sendPage(response, 404, renderNotice("There is no such receipt", "The link is not one of this sandbox."));
  sendPage(response, 200, renderNotice("Receipt", `${formatMoney(charge.amount)} were paid on ${formatDay(charge.created)} with a ${charge.payment_method_details?.card?.brand ?? "card"} ending in ${charge.payment_method_details?.card?.last4 ?? "…"}.`));
}

/** @param confirm where the bank asks for a confirmation of the card that was charged */
function render(invoice: Invoice, problem: string | null, confirm: string | null): string {
  const row = (words: string, amount: number, more = ""): string => `<tr${more}><td>${escapeHtml(words)}</td><td class="number">${formatMoney(amount)}</td></tr>`;
  const lines = invoice.lines.data.map((line) => `<tr><td>${escapeHtml(line.description ?? "")}<br><small>${formatDay(line.period.start)} – ${formatDay(line.period.end)}</small></td><td class="number">${formatMoney(line.amount)}</td></tr>`);
  const title = `Invoice ${invoice.number ?? ""}`;
  const asks = confirm === null ? "" : `<p>Your bank asks you to confirm this payment: <a href="${escapeHtml(confirm)}">Confirm at your bank</a>. Or pay with another card.</p>`;
  const due = invoice.status === "open" ? `${asks}<form method="post">${problem === null ? "" : `<p class="bad" role="alert">${escapeHtml(problem)}</p>`}${cardField(undefined)}<button class="primary">Pay ${formatMoney(invoice.amount_remaining)}</button></form>` : "";
  return renderPage(title, `<h1>${escapeHtml(title)}</h1><p><span class="badge">${STATES[invoice.status ?? "draft"] ?? ""}</span> <span class="quiet">${formatDay(invoice.created)} · ${escapeHtml(invoice.customer_name ?? invoice.customer_email ?? "")}</span></p>
<p class="big money">${formatMoney(invoice.status === "open" ? invoice.amount_remaining : invoice.total)}</p>${invoice.description ? `<p>${escapeHtml(invoice.description)}</p>` : ""}<section><table><thead><tr><th>For</th><th class="number">Amount</th></tr></thead><tbody>${lines.join("")}
${totals(invoice).map(([words, amount]) => row(words, amount)).join("")}${row(invoice.status === "paid" ? "Amount paid" : "Due", invoice.status === "paid" ? invoice.amount_paid : invoice.amount_due, ' class="total"')}</tbody></table></section>${due}<p><a href="${escapeHtml(invoice.invoice_pdf ?? "")}">Download PDF</a></p>`, true);
}
