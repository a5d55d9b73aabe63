import type { ServerResponse } from "node:http";
import { completeCheckout, planOf, rehearseCheckout, type PageChoice } from "../billing/complete-checkout";
import { formatMoney } from "../billing/money";
import { productName } from "../billing/lines";
import { ApiError } from "../http/error";
import { formatDay } from "../world/calendar";
import type { CheckoutSession, Invoice } from "../world/wire";
import type { World } from "../world/world";
import { cardField, countryField, readCard, taxIdFields, textField } from "./fields";
import { escapeHtml, redirect, renderNotice, renderPage, sendPage } from "./layout";

/** The page on which somebody buys, and what its buttons do. `form` is null when it is only looked at. */
export function checkoutPage(world: World, id: string, step: string, form: URLSearchParams | null, response: ServerResponse): void {
  const session = world.tables.checkout_sessions.get(id);
  if (!session) return sendPage(response, 404, renderNotice("There is no such checkout", "The link is not one of this sandbox."));
  if (session.status !== "open") return closed(session, response);
  if (step === "confirm") return confirm(world, session, form, response);
  if (!form) return sendPage(response, 200, render(world, session, { card: "succeeds", isConfirmed: false }, null));
  const choice = readChoice(form);
  if (form.get("do") !== "pay") return sendPage(response, 200, render(world, session, choice, null));
  pay(world, session, choice, response);
}

function pay(world: World, session: CheckoutSession, choice: PageChoice, response: ServerResponse): void {
  try {
    world.transact(() => completeCheckout(world, session.id, choice));
    redirect(response, successUrl(session));
  } catch (cause) {
    if (!(cause instanceof ApiError)) throw cause;
    if (cause.details.code === "authentication_required" && !choice.isConfirmed) {
      world.transact(() => world.hide(session.id, { page: toPage(choice) }));
      return redirect(response, `/checkout/${session.id}/confirm`);
    }
    sendPage(response, 402, render(world, session, { ...choice, isConfirmed: false }, cause.message));
  }
}

function confirm(world: World, session: CheckoutSession, form: URLSearchParams | null, response: ServerResponse): void {
  const page = world.hidden(session.id).page;
  if (!page) return redirect(response, `/checkout/${session.id}`);
  const choice = readChoice(new URLSearchParams(page));
  if (form?.get("do") === "confirm") return pay(world, session, { ...choice, isConfirmed: true }, response);
  if (form) return sendPage(response, 402, render(world, session, choice, "The payment was not confirmed. Nothing was paid; try again, or take another card."));
  sendPage(response, 200, renderPage("Confirm the payment", confirmForm("Your bank asks whether this payment is yours."), true));
}

/** The form with which a bank asks its customer. */
export function confirmForm(words: string): string {
  return `<h1>Confirm the payment</h1><p class="quiet">${escapeHtml(words)} In the sandbox you are the bank, too.</p>
<form method="post"><p><button class="primary" name="do" value="confirm">Confirm payment</button></p><p><button name="do" value="refuse">Refuse payment</button></p></form>`;
}

function render(world: World, session: CheckoutSession, choice: PageChoice, problem: string | null): string {
  const customer = world.tables.customers.get(session.customer);
  const plan = planOf(world, session.id);
  const isSetup = session.mode === "setup";
  let said = problem;
  let invoice: Invoice | null = null;
  if (!isSetup) {
    try {
      invoice = rehearseCheckout(world, session, choice);
    } catch (cause) {
      if (!(cause instanceof ApiError)) throw cause;
      // Tax cannot be known before the country is; the page asks for it.
      if (cause.details.code !== "customer_tax_location_invalid") said ??= cause.message;
      const untaxed = { ...session, automatic_tax: { ...session.automatic_tax, enabled: false } };
      invoice = rehearseCheckout(world, untaxed, { card: choice.card, isConfirmed: false });
    }
  }
  const due = invoice?.amount_due ?? 0;
  const asksAddress = plan.updates_address || session.billing_address_collection === "required" || session.automatic_tax.enabled;
  const fields = [
    plan.updates_name ? textField("name", "Name or business name", choice.name ?? customer?.name, 'autocomplete="organization" required') : "",
    asksAddress ? `<div class="row">${countryField(choice.country ?? customer?.address?.country)}${textField("postal_code", "Postal code", choice.postalCode ?? customer?.address?.postal_code, 'autocomplete="postal-code"')}</div>` : "",
    session.tax_id_collection?.enabled ? taxIdFields(choice.taxIdType, choice.taxId) : "",
    session.allow_promotion_codes ? textField("promotion_code", "Promotion code", choice.code, 'autocomplete="off"') : "",
  ].join("");
  const updates = fields !== "" && !isSetup ? `<p><button name="do" value="update" formnovalidate>Update total</button></p>` : "";
  const verb = isSetup ? "Save card" : due > 0 ? `Pay ${formatMoney(due)} and subscribe` : "Subscribe";
  const title = isSetup ? "Save a card" : "Subscribe to Stint";
  const cancel = session.cancel_url ? `<p><a href="${escapeHtml(session.cancel_url)}">Cancel and go back</a></p>` : "";
  return renderPage(title, `<h1>${title}</h1><p class="quiet">${escapeHtml(customer?.email ?? "")}</p><div class="columns"><div>${invoice ? summary(world, session, invoice) : '<p class="quiet">The card is kept for later payments. Nothing is paid now.</p>'}${cancel}</div>
<form method="post" action="/checkout/${session.id}">${said === null ? "" : `<p class="bad" role="alert">${escapeHtml(said)}</p>`}${fields}${updates}${cardField(choice.card)}<button class="primary" name="do" value="pay">${verb}</button></form></div>`);
}

function summary(world: World, session: CheckoutSession, invoice: Invoice): string {
  const discount = (invoice.total_discount_amounts ?? []).reduce((sum, each) => sum + each.amount, 0);
  const tax = (invoice.total_taxes ?? []).reduce((sum, each) => sum + each.amount, 0);
  const plan = planOf(world, session.id);
  const usage = plan.items.flatMap((item) => {
    const price = world.tables.prices.get(item.price);
    return price?.recurring?.usage_type === "metered" ? [`<tr><td>${escapeHtml(productName(world, price))}<br><small>What is used, billed at the end of each month</small></td><td class="number">—</td></tr>`] : [];
  });
  const row = (words: string, amount: number, kind = ""): string => `<tr${kind}><td>${escapeHtml(words)}</td><td class="number">${formatMoney(amount)}</td></tr>`;
  const taxRow = session.automatic_tax.enabled ? (invoice.automatic_tax.enabled ? row("Tax", tax) : `<tr><td>Tax</td><td class="number">after the country</td></tr>`) : "";
  const trial = plan.trial_period_days ? `<p class="quiet">Free until ${formatDay(invoice.created + plan.trial_period_days * 86_400)}.</p>` : "";
  return `<p class="big money">${formatMoney(invoice.amount_due)}</p>${trial}<table><tbody>${invoice.lines.data.map((line) => row(line.description ?? "", line.amount)).join("")}${usage.join("")}
${discount > 0 ? row("Discount", -discount) : ""}${taxRow}${invoice.starting_balance !== 0 ? row(invoice.starting_balance < 0 ? "Credit" : "Carried over", invoice.total - invoice.amount_due === 0 ? 0 : invoice.amount_due - invoice.total) : ""}${row("Due today", invoice.amount_due, ' class="total"')}</tbody></table>`;
}

function closed(session: CheckoutSession, response: ServerResponse): void {
  if (session.status === "complete") return sendPage(response, 200, renderNotice("This checkout is done", "It was completed, and cannot be completed twice.", { to: successUrl(session), words: "Go on to Stint" }));
  sendPage(response, 410, renderNotice("This checkout has expired", "Nothing was paid. Begin again in Stint.", session.cancel_url ? { to: session.cancel_url, words: "Back to Stint" } : undefined));
}

function successUrl(session: CheckoutSession): string {
  return (session.success_url ?? "/").replaceAll("{CHECKOUT_SESSION_ID}", session.id).replaceAll("%7BCHECKOUT_SESSION_ID%7D", session.id);
}

function readChoice(form: URLSearchParams): PageChoice {
  const read = (name: string): string | undefined => form.get(name)?.trim() || undefined;
  return {
    card: readCard(form.get("card")), isConfirmed: false, code: read("promotion_code"), name: read("name"), country: read("country"), postalCode: read("postal_code"), taxId: read("tax_id"), taxIdType: read("tax_id_type"),
  };
}

function toPage(choice: PageChoice): Record<string, string> {
  const { card, code, name, country, postalCode, taxId, taxIdType } = choice;
  const entries = Object.entries({ card, promotion_code: code, name, country, postal_code: postalCode, tax_id: taxId, tax_id_type: taxIdType });
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => entry[1] !== undefined));
}
