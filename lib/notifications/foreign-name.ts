/** Long enough for a company or a person, too short for a story. */
const MOST_CHARACTERS = 40;

/**
 * A name that somebody else chose, fit to stand in a mail to a stranger: in quotation marks, in one line, and without
 * anything that a mail program would turn into a link or somebody could dial. Null when nothing is left of it.
 */
export function foreignName(name: string): string | null {
  const plain = name
    // Full-width letters and dots become the ones that they look like.
    .normalize("NFKC")
    // Letters, digits and what names are written with; no slash, colon, at sign, quotation mark, line break or invisible character.
    .replace(/[^\p{L}\p{M}\p{N}'’.,&+() -]+/gu, " ")
    // A dot between two words makes a domain of them; after a word it ends an abbreviation.
    .replace(/\.+(?=\S)/g, " ")
    // Five digits or more are a telephone number or a code.
    .replace(/\p{N}(?:[ .()+-]*\p{N}){4,}/gu, " ")
    .replace(/ +/g, " ");
  const cut = Array.from(plain.trim()).slice(0, MOST_CHARACTERS).join("").trim();
  return /[\p{L}\p{N}]/u.test(cut) ? `“${cut}”` : null;
}
