/**
 * What a call takes, as data: a name that is not in a call's shape is refused, as Stripe refuses it. A shape is checked
 * against the SDK's type of the same call by `satisfies Names<…>`.
 */
import type { Metadata } from "../world/wire";
import { ApiError, invalid } from "./error";
import type { Form, Tree } from "./form";

export interface Kind<T> {
  read: (value: Tree, at: string) => T;
  required?: true;
}
export type Shape = Record<string, Kind<unknown>>;
export type Names<Params> = { [Key in keyof Params]?: Kind<unknown> };
type Given<K> = K extends Kind<infer T> ? T : never;
export type Read<S extends Shape> = { [K in keyof S as S[K] extends { required: true } ? K : never]: Given<S[K]> } & { [K in keyof S as S[K] extends { required: true } ? never : K]?: Given<S[K]> };

export const text: Kind<string> = { read: (value, at) => (typeof value === "string" ? (value === "" ? refuseEmpty(at) : limit(value, at)) : refuse("string", at)) };
/** Text that may be emptied; empty is null. */
export const clearable: Kind<string | null> = { read: (value, at) => (typeof value === "string" ? (value === "" ? null : limit(value, at)) : refuse("string", at)) };
export const integer: Kind<number> = { read: (value, at) => (typeof value === "string" && /^-?\d{1,15}$/.test(value) ? Number(value) : refuseInteger(value, at)) };
export const count: Kind<number> = { read: (value, at) => { const read = integer.read(value, at); return read < 0 ? refuseNegative(at) : read; } };
export const flag: Kind<boolean> = { read: (value, at) => (value === "true" ? true : value === "false" ? false : refuse("boolean", at)) };
/** A plain decimal with at most 12 places, kept as text. */
export const decimal: Kind<string> = { read: (value, at) => (typeof value === "string" && /^-?\d{1,15}(\.\d{1,12})?$/.test(value) ? value : refuse("decimal", at)) };
export const percent: Kind<number> = { read: (value, at) => { const read = Number(decimal.read(value, at)); return read > 0 && read <= 100 ? read : refuse("percentage", at); } };
export const nowOrTime: Kind<number | "now"> = { read: (value, at) => (value === "now" ? "now" : integer.read(value, at)) };
export const email: Kind<string> = { read: (value, at) => (typeof value === "string" && /^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(value) ? value : refuseEmail(value, at)) };
export const url: Kind<string> = { read: (value, at) => { if (typeof value === "string" && URL.canParse(value) && /^https?:/.test(value)) return value; throw invalid("Not a valid URL", at, "url_invalid"); } };
/** Keys to set; null removes one. Empty as a whole removes all. */
export const metadata: Kind<Record<string, string | null> | null> = { read: readMetadata };

export function oneOf<const T extends string>(...values: T[]): Kind<T> {
  return { read: (value, at) => { const found = values.find((each) => each === value); if (found !== undefined) return found; throw invalid(`Invalid ${at}: must be one of ${values.join(", ")}`, at); } };
}

export function list<T>(kind: Kind<T>): Kind<T[]> {
  return { read: (value, at) => (Array.isArray(value) ? value.map((each, index) => kind.read(each, `${at}[${index}]`)) : value === "" ? [] : refuse("array", at)) };
}

export function object<S extends Shape>(shape: S): Kind<Read<S>> {
  return { read: (value, at) => (typeof value === "object" && !Array.isArray(value) ? readShape(shape, value, at) : refuse("object", at)) };
}

/** The empty string takes the value away: null. */
export function emptyable<T>(kind: Kind<T>): Kind<T | null> {
  return { read: (value, at) => (value === "" ? null : kind.read(value, at)) };
}

export function required<T>(kind: Kind<T>): Kind<T> & { required: true } {
  return { ...kind, required: true };
}

/** A moment, or a range of them. */
export const range: Kind<{ gt?: number; gte?: number; lt?: number; lte?: number }> = {
  read: (value, at) => (typeof value === "string" ? { gte: integer.read(value, at), lte: integer.read(value, at) } : object({ gt: integer, gte: integer, lt: integer, lte: integer }).read(value, at)),
};

/** The same shape without what has a value only in a path or is read elsewhere. Throws the first thing that is wrong. */
export function readShape<S extends Shape>(shape: S, form: Form, at = ""): Read<S> {
  const path = (name: string): string => (at === "" ? name : `${at}[${name}]`);
  const unknown = Object.keys(form).find((name) => !Object.hasOwn(shape, name));
  if (unknown !== undefined) throw new ApiError(400, { code: "parameter_unknown", message: `Received unknown parameter: ${path(unknown)}`, param: path(unknown) });
  const entries = Object.entries(shape).map(([name, kind]): [string, unknown] => {
    const value = form[name];
    if (value === undefined) {
      if (kind.required) throw new ApiError(400, { code: "parameter_missing", message: `Missing required param: ${path(name)}.`, param: path(name) });
      return [name, undefined];
    }
    return [name, kind.read(value, path(name))];
  });
  // Each entry was read by the kind of its name.
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined)) as Read<S>;
}

/** Metadata after a change. */
export function mergeMetadata(before: Metadata, change: Record<string, string | null> | null | undefined): Metadata {
  if (change === undefined) return before;
  if (change === null) return {};
  const merged: Record<string, string | null> = { ...before, ...change };
  return Object.fromEntries(Object.entries(merged).filter((entry): entry is [string, string] => entry[1] !== null));
}

function readMetadata(value: Tree, at: string): Record<string, string | null> | null {
  if (value === "") return null;
  if (typeof value !== "object" || Array.isArray(value)) return refuse("object", at);
  if (Object.keys(value).length > 50) throw invalid("Metadata can have up to 50 keys", at);
  return Object.fromEntries(Object.entries(value).map(([key, each]) => {
    if (typeof each !== "string" || each.length > 500 || key.length > 40) throw invalid(`Invalid metadata: keys have up to 40 characters, values up to 500 (${key})`, at);
    return [key, each === "" ? null : each];
  }));
}

function limit(value: string, at: string): string {
  if (value.length > 5000) throw invalid(`Invalid string: ${at} has more than 5000 characters`, at);
  return value;
}
function refuse(kind: string, at: string): never { throw invalid(`Invalid ${kind}: ${at}`, at); }
function refuseEmpty(at: string): never { throw invalid(`You passed an empty string for '${at}'. We assume empty values are an attempt to unset a parameter; however '${at}' cannot be unset.`, at, "parameter_invalid_empty"); }
function refuseInteger(value: Tree, at: string): never { throw invalid(`Invalid integer: ${typeof value === "string" ? value : at}`, at, "parameter_invalid_integer"); }
function refuseNegative(at: string): never { throw invalid("This value must be greater than or equal to 0.", at, "parameter_invalid_integer"); }
function refuseEmail(value: Tree, at: string): never { throw invalid(`Invalid email address: ${typeof value === "string" ? value : at}`, at, "email_invalid"); }
