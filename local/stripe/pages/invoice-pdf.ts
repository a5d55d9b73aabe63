/** An invoice as a PDF of one or more pages: text in Helvetica, and nothing else. */
import { formatMoney } from "../billing/money";
import { formatDay } from "../world/calendar";
import type { Invoice } from "../world/wire";
import { totals } from "./totals";

const ROWS_A_PAGE = 44;
const LEFT = 56;
const RIGHT = 539;
/** A digit of Helvetica is this part of its size wide; prices are set flush right with it. */
const DIGIT_WIDTH = 0.556;

type Row = { text: string; amount?: string; size?: number };

export function invoicePdf(invoice: Invoice): Buffer {
  const rows: Row[] = [
    { text: `Invoice ${invoice.number ?? invoice.id}`, size: 18 }, { text: "" }, { text: `Stint sandbox. No money moves: this is not a real invoice.` },
    { text: `Date ${formatDay(invoice.created)}   Status ${invoice.status ?? ""}` }, { text: `Billed to ${invoice.customer_name ?? invoice.customer_email ?? invoice.customer ?? ""}` },
    ...(invoice.customer_tax_ids ?? []).map((each) => ({ text: `Tax ID ${each.value ?? ""}` })), ...(invoice.description ? [{ text: invoice.description }] : []), { text: "" },
    ...invoice.lines.data.flatMap((line) => [{ text: line.description ?? "", amount: formatMoney(line.amount) }, { text: `    ${formatDay(line.period.start)} - ${formatDay(line.period.end)}` }]),
    { text: "" }, ...totals(invoice).map(([text, amount]) => ({ text, amount: formatMoney(amount) })), { text: "Due", amount: formatMoney(invoice.amount_due), size: 12 },
  ];
  const pages = Array.from({ length: Math.ceil(rows.length / ROWS_A_PAGE) }, (_, index) => rows.slice(index * ROWS_A_PAGE, (index + 1) * ROWS_A_PAGE));
  const objects = ["<< /Type /Catalog /Pages 2 0 R >>", `<< /Type /Pages /Kids [${pages.map((_, index) => `${4 + index * 2} 0 R`).join(" ")}] /Count ${pages.length} >>`, "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"];
  pages.forEach((page, index) => {
    const content = page.map((row, line) => draw(row, 780 - line * 16)).join("\n");
    objects.push(`<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R >> >> /Contents ${5 + index * 2} 0 R >>`, `<< /Length ${Buffer.byteLength(content, "latin1")} >>\nstream\n${content}\nendstream`);
  });
  return assemble(objects);
}

function draw({ text, amount, size = 10 }: Row, y: number): string {
  const words = `BT /F1 ${size} Tf ${LEFT} ${y} Td (${escapeText(text)}) Tj ET`;
  if (amount === undefined) return words;
  const x = RIGHT - amount.length * size * DIGIT_WIDTH;
  return `${words}\nBT /F1 ${size} Tf ${x.toFixed(2)} ${y} Td (${escapeText(amount)}) Tj ET`;
}

function assemble(objects: string[]): Buffer {
  let body = "%PDF-1.4\n";
  const places = objects.map((object, index) => {
    const at = Buffer.byteLength(body, "latin1");
    body += `${index + 1} 0 obj\n${object}\nendobj\n`;
    return at;
  });
  const start = Buffer.byteLength(body, "latin1");
  body += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${places.map((at) => `${String(at).padStart(10, "0")} 00000 n \n`).join("")}trailer\n<< /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${start}\n%%EOF\n`;
  return Buffer.from(body, "latin1");
}

/** Text of the font's own 256 letters; what it has not becomes a question mark. */
function escapeText(text: string): string {
  return text.replaceAll("−", "-").replaceAll("–", "-").replaceAll("×", "\u00d7").replace(/[^\x20-\x7e\xa0-\xff]/g, "?").replace(/[\\()]/g, String.raw`\$&`);
}
