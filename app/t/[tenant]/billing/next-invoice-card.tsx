import { dayOf } from "@/app/t/[tenant]/billing/words";
import { Card, CardBody, CardHeader } from "@/components/ui/card";
import type { NextInvoice } from "@/lib/billing/overview/next-invoice";
import { formatMoneyCents } from "@/lib/core/format";

/** The next invoice as it would be if the period ended now. @param none why there is none. @param onlyWithCard it depends on one that is not there yet */
export function NextInvoiceCard({ invoice, none, onlyWithCard }: { invoice: NextInvoice | null; none: string; onlyWithCard: boolean }) {
  return (
    <Card aria-label="Next invoice" className="min-w-0">
      <CardHeader title="Next invoice" description={invoice ? dueWords(invoice.dueAt, onlyWithCard) : undefined} />
      <CardBody>
        {invoice ? (
          <dl className="grid grid-cols-1 gap-3 text-sm">
            {invoice.lines.map(({ label, detail, cents }, at) => <Line key={at} label={label} detail={detail} cents={cents} />)}
            {invoice.discountCents !== 0 ? <Line label="Discount" cents={-invoice.discountCents} /> : null}
            {invoice.taxCents !== 0 ? <Line label="Tax" cents={invoice.taxCents} /> : null}
            {invoice.reverseCharge && invoice.taxCents === 0 ? <Line label="Tax" value="Reverse charge" /> : null}
            {invoice.creditCents !== 0 ? <Line label={invoice.creditCents > 0 ? "Credit" : "Carried over"} cents={-invoice.creditCents} /> : null}
            <div className="flex items-baseline justify-between gap-4 border-t border-line pt-3 font-semibold">
              <dt>Total</dt>
              <dd className="measured" data-total-cents={invoice.totalCents}>{formatMoneyCents(invoice.totalCents)}</dd>
            </div>
          </dl>
        ) : <p className="text-sm text-muted">{none}</p>}
        {invoice?.estimated ? <p className="mt-3 text-sm text-muted">An estimate for the moment: discounts and taxes are exact when Stripe has counted everything.</p> : null}
      </CardBody>
    </Card>
  );
}

function dueWords(dueAt: string | null, onlyWithCard: boolean): string {
  if (dueAt === null) return "When the period ends.";
  return onlyWithCard ? `On ${dayOf(dueAt)}, if a card was added by then. Without one there is none.` : `On ${dayOf(dueAt)}, with what is used until then.`;
}

function Line({ label, detail, ...shown }: { label: string; detail?: string } & ({ cents: number } | { value: string })) {
  return (
    <div className="flex items-baseline justify-between gap-4">
      <dt className="min-w-0">
        {label} {detail ? <span className="text-muted">{detail}</span> : null}
      </dt>
      <dd className={"cents" in shown ? "measured" : undefined}>{"cents" in shown ? formatMoneyCents(shown.cents) : shown.value}</dd>
    </div>
  );
}
