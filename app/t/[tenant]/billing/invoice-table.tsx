import { dayOf } from "@/app/t/[tenant]/billing/words";
import { InvoiceStatus } from "@/components/billing/invoice-status";
import { Card, CardBody, CardHeader } from "@/components/ui/card";
import { DataTable, type Column } from "@/components/ui/data-table";
import type { InvoiceRow } from "@/lib/billing/overview/service";
import { formatMoneyCents } from "@/lib/core/format";

const link = "text-accent-ink underline underline-offset-4";

const COLUMNS: Column<InvoiceRow>[] = [
  { id: "number", header: "Invoice", primary: true, cell: (row) => <NameOf row={row} /> },
  { id: "date", header: "Date", cell: (row) => <span className="whitespace-nowrap">{dayOf(row.finalizedAt ?? row.createdAt)}</span> },
  { id: "status", header: "Status", cell: (row) => <InvoiceStatus invoice={row} /> },
  { id: "total", header: "Total", align: "right", cell: (row) => <TotalOf row={row} /> },
  { id: "links", header: "Documents", align: "right", cell: (row) => <Links row={row} /> },
];

/** Every invoice of the workspace, with Stripe's own documents. */
export function InvoiceTable({ invoices }: { invoices: InvoiceRow[] }) {
  return (
    <Card aria-label="Invoices">
      <CardHeader title="Invoices" />
      {invoices.length === 0 ? (
        <CardBody><p className="text-sm text-muted">None yet. Each invoice appears here when it is made, with its PDF.</p></CardBody>
      ) : <div className="mt-3"><DataTable caption="Invoices" columns={COLUMNS} rows={invoices} rowKey={(row) => row.id} /></div>}
    </Card>
  );
}

function NameOf({ row: { number, note, status } }: { row: InvoiceRow }) {
  const draft = status === "draft";
  const below = draft ? "Stripe numbers it and sends it within about an hour." : note;
  return (
    <div className={below ? "@2xl:py-2" : undefined}>
      <span className={draft ? undefined : "font-mono"}>{number ?? (draft ? "New invoice" : "Without a number")}</span>
      {below ? <p className="max-w-prose text-xs text-muted">{below}</p> : null}
    </div>
  );
}

/** The total, and what of it is a discount or a tax. */
function TotalOf({ row: { subtotalCents, taxCents, reverseCharge, totalCents } }: { row: InvoiceRow }) {
  const discountCents = subtotalCents + taxCents - totalCents;
  const parts = [
    ...(discountCents > 0 ? [`Discount ${formatMoneyCents(-discountCents)}`] : []),
    ...(taxCents !== 0 ? [`Tax ${formatMoneyCents(taxCents)}`] : reverseCharge ? ["Tax: reverse charge"] : []),
  ];
  return (
    <div className={parts.length > 0 ? "@2xl:py-2" : undefined}>
      <span className="measured" data-invoice-cents={totalCents}>{formatMoneyCents(totalCents)}</span>
      {parts.map((part) => <p key={part} className="text-xs text-muted">{part}</p>)}
    </div>
  );
}

function Links({ row }: { row: InvoiceRow }) {
  const name = row.number ?? "this invoice";
  return (
    <span className="inline-flex gap-4">
      {row.hostedUrl ? <a className={link} href={row.hostedUrl} aria-label={row.status === "open" ? `Pay ${name}` : `View ${name}`}>{row.status === "open" ? "Pay" : "View"}</a> : null}
      {row.pdfUrl ? <a className={link} href={row.pdfUrl} aria-label={`PDF of ${name}`}>PDF</a> : null}
    </span>
  );
}
