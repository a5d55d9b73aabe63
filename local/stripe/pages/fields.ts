import { TAX_ID_TYPES } from "../resources/tax-ids";
import type { CardBehavior } from "../world/tables";
import { escapeHtml } from "./layout";

const CARDS: { value: CardBehavior; name: string; says: string }[] = [
  { value: "succeeds", name: "Succeeds", says: "Visa ending in 4242. Every payment goes through." },
  { value: "declines", name: "Is declined", says: "Visa ending in 0002. The bank says no." },
  { value: "declines_later", name: "Declines at the next renewal", says: "Visa ending in 0341. This payment goes through, later ones do not." },
  { value: "asks", name: "Asks for confirmation", says: "Visa ending in 3184. The bank wants every payment confirmed." },
  { value: "asks_later", name: "Confirms later ones", says: "Visa ending in 3155. The first payment goes through, the bank wants later ones confirmed." },
];

const COUNTRIES: Record<string, string> = {
  AT: "Austria", AU: "Australia", BE: "Belgium", BR: "Brazil", CA: "Canada", CH: "Switzerland", DE: "Germany", DK: "Denmark", ES: "Spain", FI: "Finland", FR: "France", GB: "United Kingdom", IE: "Ireland", IL: "Israel", IN: "India",
  IT: "Italy", JP: "Japan", KR: "South Korea", MX: "Mexico", NL: "Netherlands", NO: "Norway", NZ: "New Zealand", PL: "Poland", PT: "Portugal", SE: "Sweden", SG: "Singapore", US: "United States", ZA: "South Africa",
};

export function cardField(chosen: string | undefined): string {
  const choices = CARDS.map(({ value, name, says }) => `<label class="choice"><input type="radio" name="card" value="${value}"${value === (chosen ?? "succeeds") ? " checked" : ""} required><span>${name}<small>${says}</small></span></label>`);
  return `<fieldset><legend>Test card</legend>${choices.join("")}</fieldset>`;
}

export function readCard(value: string | null): CardBehavior {
  return CARDS.find((card) => card.value === value)?.value ?? "succeeds";
}

export function textField(name: string, label: string, value: string | null | undefined, more = ""): string {
  return `<div><label for="${name}">${escapeHtml(label)}</label><input id="${name}" name="${name}" value="${escapeHtml(value ?? "")}" maxlength="200" ${more}></div>`;
}

export function countryField(value: string | null | undefined): string {
  const known = value && !COUNTRIES[value] ? { ...COUNTRIES, [value]: value } : COUNTRIES;
  return select("country", "Country", [["", "Choose a country"], ...Object.entries(known).sort(([, a], [, b]) => a.localeCompare(b))], value ?? "", " required");
}

export function taxIdFields(type: string | undefined, value: string | undefined): string {
  const types = TAX_ID_TYPES.map((each): [string, string] => [each, each.toUpperCase().replaceAll("_", " ")]);
  return `<div class="row">${select("tax_id_type", "Kind of tax ID", [["", "None"], ...types], type ?? "")}${textField("tax_id", "Tax ID", value, 'autocomplete="off"')}</div>`;
}

function select(name: string, label: string, options: [string, string][], value: string, more = ""): string {
  return `<div><label for="${name}">${label}</label><select id="${name}" name="${name}"${more}>${options.map(([id, words]) => `<option value="${escapeHtml(id)}"${id === value ? " selected" : ""}>${escapeHtml(words)}</option>`).join("")}</select></div>`;
}
