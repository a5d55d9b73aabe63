import type { ServerResponse } from "node:http";
import { declined, makeCard, PAGE_CARDS } from "../billing/cards";
import { formatMoney } from "../billing/money";
import { ApiError, invalid } from "../http/error";
import { addTaxId, TAX_ID_TYPES } from "../resources/tax-ids";
import { DAY, formatDay } from "../world/calendar";
import { update } from "../world/change";
import type { Customer, PortalConfiguration, PortalSession } from "../world/wire";
import type { World } from "../world/world";
import { cardField, countryField, readCard, taxIdFields, textField } from "./fields";
import { escapeHtml, redirect, renderNotice, renderPage, sendPage } from "./layout";

/** Where a customer changes their card, their address and their tax ids, and finds their invoices. */
export function portalPage(world: World, id: string, isSaved: boolean, form: URLSearchParams | null, response: ServerResponse): void {
  const session = world.tables.portal_sessions.get(id);
  const customer = world.tables.customers.get(session?.customer);
  const configuration = world.tables.portal_configurations.get(session?.configuration);
  if (!session || !customer || !configuration || session.created < world.present() - DAY) return sendPage(response, 404, renderNotice("This link has expired", "Open the portal again from Stint."));
  if (!form) return sendPage(response, 200, render(world, session, customer, configuration, isSaved ? '<p class="good" role="status">Saved.</p>' : ""));
  try {
    world.transact(() => change(world, customer, configuration, form));
  } catch (cause) {
    if (!(cause instanceof ApiError)) throw cause;
    return sendPage(response, cause.status, render(world, session, customer, configuration, `<p class="bad" role="alert">${escapeHtml(cause.message)}</p>`));
  }
  const completion = session.flow?.after_completion;
  redirect(response, completion?.type === "redirect" && completion.redirect ? completion.redirect.return_url : `/portal/${id}?saved=1`);
}

function change(world: World, customer: Customer, { features }: PortalConfiguration, form: URLSearchParams): void {
  const may = (what: string): boolean => features.customer_update.enabled && features.customer_update.allowed_updates.includes(what);
  switch (form.get("do")) {
    case "card": {
      if (!features.payment_method_update.enabled) break;
      return changeCard(world, customer, form);
    }
    case "address": {
      if (!may("address")) break;
      const read = (name: string): string | null => form.get(name)?.trim() || null;
      const country = read("country");
      if (!country || !/^[A-Z]{2}$/.test(country)) throw invalid("Choose a country.");
      update(world, world.tables.customers, customer.id, "customer.updated", (row) => {
        row.address = { line1: read("line1"), line2: null, city: read("city"), state: null, postal_code: read("postal_code"), country };
        if (may("name")) row.name = read("name");
        if (may("email") && read("email")) row.email = read("email");
      });
      return;
    }
    case "tax_id": {
      if (!may("tax_id")) break;
      const type = TAX_ID_TYPES.find((each) => each === form.get("tax_id_type"));
      if (!type) throw invalid("Choose which kind of tax ID it is.");
      addTaxId(world, customer.id, type, form.get("tax_id") ?? "");
      return;
    }
    case "remove_tax_id": {
      const row = world.tables.tax_ids.get(form.get("id"));
      if (!may("tax_id") || row?.customer !== customer.id) break;
      world.tables.tax_ids.remove(row.id);
      world.record("customer.tax_id.deleted", row);
      return;
    }
    default: break;
  }
  throw invalid("This portal does not allow that.");
}

function changeCard(world: World, customer: Customer, form: URLSearchParams): void {
  const behavior = readCard(form.get("card"));
  if (behavior === "declines") throw declined("generic_decline");
  const card = makeCard(world, PAGE_CARDS[behavior]);
  world.tables.payment_methods.edit(card.id, (row) => (row.customer = customer.id));
  world.record("payment_method.attached", card);
  update(world, world.tables.customers, customer.id, "customer.updated", (row) => (row.invoice_settings.default_payment_method = card.id));
  for (const each of world.tables.subscriptions.filter((row) => row.customer === customer.id && row.default_payment_method !== null && row.status !== "canceled")) {
    update(world, world.tables.subscriptions, each.id, "customer.subscription.updated", (row) => (row.default_payment_method = card.id));
  }
}

function render(world: World, session: PortalSession, customer: Customer, { features, business_profile: profile }: PortalConfiguration, said: string): string {
  const may = (what: string): boolean => features.customer_update.enabled && features.customer_update.allowed_updates.includes(what);
  const isCardOnly = session.flow?.type === "payment_method_update";
  const parts = [
    features.payment_method_update.enabled ? cardPart(world, customer) : "",
    !isCardOnly && may("address") ? addressPart(customer, may("name"), may("email")) : "",
    !isCardOnly && may("tax_id") ? taxPart(world, customer) : "",
    !isCardOnly && features.invoice_history.enabled ? invoicePart(world, customer) : "",
  ];
  const back = session.return_url ? `<p><a href="${escapeHtml(session.return_url)}">Back to Stint</a></p>` : "";
  const title = isCardOnly ? "Change the card" : "Billing details";
  return renderPage(title, `${back}<h1>${title}</h1><p class="quiet">${escapeHtml(profile.headline ?? "")} ${escapeHtml(customer.name ?? customer.email ?? "")}</p>${said}${parts.join("")}`, true);
}

function cardPart(world: World, customer: Customer): string {
  const card = world.tables.payment_methods.get(customer.invoice_settings.default_payment_method)?.card;
  const now = card ? `The card in use is a ${escapeHtml(card.brand.replace(/^./, (letter) => letter.toUpperCase()))} ending in <span class="mono">${escapeHtml(card.last4)}</span>.` : "There is no card yet.";
  return `<section><h2>Payment method</h2><p>${now}</p><form method="post">${cardField(undefined)}<button class="primary" name="do" value="card">Save card</button></form></section>`;
}

function addressPart({ address, name, email }: Customer, hasName: boolean, hasEmail: boolean): string {
  return `<section><h2>Billing address</h2><form method="post">${hasName ? textField("name", "Name", name) : ""}${hasEmail ? textField("email", "E-mail for invoices", email, 'type="email"') : ""}${textField("line1", "Street and number", address?.line1)}
<div class="row">${textField("postal_code", "Postal code", address?.postal_code)}${textField("city", "City", address?.city)}</div>${countryField(address?.country)}<button name="do" value="address">Save address</button></form></section>`;
}

function taxPart(world: World, customer: Customer): string {
  const rows = world.tables.tax_ids.filter((row) => row.customer === customer.id).map((row) =>
    `<form method="post"><input type="hidden" name="id" value="${row.id}"><p><span class="mono">${escapeHtml(row.value)}</span> <small>${escapeHtml(row.type.toUpperCase().replaceAll("_", " "))}</small> <button class="plain" name="do" value="remove_tax_id">Remove ${escapeHtml(row.value)}</button></p></form>`);
  return `<section><h2>Tax IDs</h2>${rows.join("")}<form method="post">${taxIdFields(undefined, undefined)}<button name="do" value="tax_id">Add tax ID</button></form></section>`;
}

function invoicePart(world: World, customer: Customer): string {
  const rows = world.tables.invoices.filter((row) => row.customer === customer.id && row.status !== "draft").toSorted((a, b) => b.created - a.created).map((row) =>
    `<tr><td>${formatDay(row.created)}<br><a href="${escapeHtml(row.hosted_invoice_url ?? "")}">${escapeHtml(row.number ?? "")}</a></td><td>${escapeHtml(row.status ?? "")}</td><td class="number">${formatMoney(row.total)}</td></tr>`);
  const table = `<table><thead><tr><th>Invoice</th><th>Status</th><th class="number">Total</th></tr></thead><tbody>${rows.join("")}</tbody></table>`;
  return `<section><h2>Invoices</h2>${rows.length === 0 ? '<p class="quiet">The first invoice appears here when there is one.</p>' : table}</section>`;
}
