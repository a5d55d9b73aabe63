/**
 * One line of CSV (RFC 4180). Text that a spreadsheet would run as a formula is made plain text by an apostrophe in front:
 * names in exports are chosen by customers. Numbers are ours and stay as they are.
 */
export function toCsvLine(fields: readonly (string | number)[]): string {
  return `${fields.map((field) => (typeof field === "number" ? String(field) : quote(field))).join(",")}\r\n`;
}

function quote(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
