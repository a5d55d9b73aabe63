/** Abbreviations after whose full stop a sentence goes on: what they abbreviate belongs to the next word. */
const NEVER_FINAL = new Set(
  (
    "mr mrs ms mx dr prof rev hon sr st mt ft gen col maj capt lt sgt cmdr gov sen rep pres fr e.g i.e vs v cf viz ca approx " +
    "fig figs eq eqs sec ch vol vols p pp art nos ed eds al resp incl excl dept univ assn bros " +
    "jan feb mar apr jun jul aug sep sept oct nov dec mon tue tues wed thu thurs fri sat sun " +
    "bzw z.b d.h u.a usw.a hr fr nr str abs bspw ggf mme mlle m.me sig"
  ).split(" "),
);

/** Abbreviations that end a sentence or do not; the next word decides. */
const MAYBE_FINAL = new Set(
  "no inc ltd co corp llc jr etc est a.m p.m am pm u.s u.k u.n e.u d.c ph.d b.a m.a m.d b.c a.d min max avg tel usw".split(" "),
);

/** Words that open sentences far more often than they follow an abbreviation. */
const OPENERS = new Set(
  (
    "the a an it its he she they we you i this that these those there then but and or so yet if when while after before because " +
    "although however in on at by for from with as to our their his her my your all no not some many most each every both what who why how one"
  ).split(" "),
);

/**
 * Whether a full stop at the end of `before` belongs to an abbreviation, an initial or a list number, so that the
 * sentence goes on in `after`.
 */
export function endsInAbbreviation(before: string, after: string): boolean {
  const word = /([\p{L}\p{N}.]+)\.["'”’)\]]*\s*$/u.exec(before)?.[1];
  if (word === undefined) return false;
  const key = word.toLowerCase();
  const next = /^[\s"'“‘([]*([\p{L}\p{N}'’]+)/u.exec(after)?.[1];
  if (next === undefined) return false;
  if (NEVER_FINAL.has(key)) return true;
  if (/^\p{Lu}$/u.test(word)) return word !== "I" && /^\p{Lu}/u.test(next) && !OPENERS.has(next.toLowerCase());
  if (MAYBE_FINAL.has(key) || /^(?:\p{L}\.)+\p{L}$/u.test(word)) {
    if (key === "no") return /^\p{N}/u.test(next);
    return /^\p{Ll}/u.test(next) || (/^\p{Lu}/u.test(next) && word.includes(".") && !OPENERS.has(next.toLowerCase()));
  }
  return false;
}
