/**
 * The address of an HTTP tool with places for arguments: `https://api.example.com/items/{id}?q={query}`. Places stand in
 * the path and in values of the query, never in scheme, host or port: a model must not choose whom a secret is sent to.
 */
import type { JsonObject } from "@/lib/tools/schema";

export type Template = {
  origin: string;
  path: string;
  /** Names and values of the query, as written. */
  query: (readonly [string, string])[];
  /** Names of the arguments in the path, and in the query. */
  inPath: string[];
  inQuery: string[];
};

const PLACE = /\{([A-Za-z_][A-Za-z0-9_-]{0,63})\}/g;
const ORIGIN = /^https?:\/\/[^/?#{}]+(?=[/?#]|$)/i;

/** Reads a template. @returns what is wrong with it, in words, when it is none */
export function parseTemplate(text: string): Template | string {
  const head = ORIGIN.exec(text)?.[0];
  if (!head) return "Use an address with http or https whose host has no {argument} in it, such as https://api.example.com/items/{id}.";
  if (!URL.canParse(head)) return "This is not an address.";
  const { origin, username, password } = new URL(head);
  if (username !== "" || password !== "") return "Send a user name and password in a header, not in the address.";
  const [beforeFragment = ""] = text.slice(head.length).split("#");
  const at = beforeFragment.indexOf("?");
  const path = (at < 0 ? beforeFragment : beforeFragment.slice(0, at)) || "/";
  const query = at < 0 ? [] : [...new URLSearchParams(beforeFragment.slice(at + 1))];
  if (/[{}]/.test(path.replace(PLACE, "")) || query.some(([name, value]) => /[{}]/.test(name) || /[{}]/.test(value.replace(PLACE, "")))) {
    return "Write an argument as {name}, of letters, digits, _ and -, in the path or as a value of the query.";
  }
  if (hasDots(path)) return "Write the path without . and .. in it.";
  return { origin, path, query, inPath: placesOf(path), inQuery: query.flatMap(([, value]) => placesOf(value)) };
}

/**
 * Puts arguments into their places. Values are encoded; none can lead to another path or host.
 * @returns the address and the arguments that had no place, or in words what is wrong with an argument
 */
export function fillTemplate(template: Template, args: JsonObject): { url: URL; rest: JsonObject } | string {
  for (const name of template.inPath) {
    const problem = problemInPath(name, args[name]);
    if (problem) return problem;
  }
  for (const name of template.inQuery) if (typeof args[name] === "object" && args[name] !== null) return `\`${name}\` has to be text, a number or a truth value.`;
  const path = template.path.replace(PLACE, (_place, name: string) => encodeURIComponent(textOf(args[name])));
  // `..` is a way up even when its dots are encoded.
  if (hasDots(path)) return "An argument would lead to another path of the server.";
  const url = new URL(`${template.origin}${path}`);
  for (const [name, value] of template.query) {
    const places = placesOf(value);
    // A pair whose arguments were left out is left out, too.
    if (places.length > 0 && places.every((place) => isAbsent(args[place]))) continue;
    url.searchParams.append(name, value.replace(PLACE, (_place, place: string) => textOf(args[place])));
  }
  const placed = new Set([...template.inPath, ...template.inQuery]);
  return { url, rest: Object.fromEntries(Object.entries(args).filter(([name]) => !placed.has(name))) };
}

/** Adds arguments to a query: a list once for each of its items, anything deeper as JSON. */
export function appendQuery(url: URL, args: JsonObject): void {
  for (const [name, value] of Object.entries(args)) {
    for (const one of Array.isArray(value) ? value : [value]) if (!isAbsent(one)) url.searchParams.append(name, typeof one === "object" ? JSON.stringify(one) : textOf(one));
  }
}

function placesOf(text: string): string[] {
  return [...text.matchAll(PLACE)].map((match) => match[1] ?? "");
}

function problemInPath(name: string, value: unknown): string | null {
  if (isAbsent(value)) return `\`${name}\` is missing: it is part of the address.`;
  if (typeof value === "object") return `\`${name}\` has to be text, a number or a truth value.`;
  return value === "" ? `\`${name}\` must not be empty: it is part of the address.` : null;
}

function hasDots(path: string): boolean {
  return path.split("/").some((part) => /^(\.|%2e){1,2}$/i.test(part));
}

function isAbsent(value: unknown): value is null | undefined {
  return value === undefined || value === null;
}

/** Lone halves of surrogate pairs cannot be encoded. */
function textOf(value: unknown): string {
  return isAbsent(value) ? "" : String(value).toWellFormed();
}
