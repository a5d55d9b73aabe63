/** A text that is JSON, over several lines; anything else, and a bare word or number, as it is. */
export function prettyJson(text: string): { text: string; json: boolean } {
  if (!/^\s*[[{]/.test(text)) return { text, json: false };
  try {
    return { text: JSON.stringify(JSON.parse(text), null, 2), json: true };
  } catch {
    // A model may write anything where JSON was asked for.
    return { text, json: false };
  }
}
