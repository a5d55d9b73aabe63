import { dayOf } from "@/app/t/[tenant]/billing/words";
import { Button } from "@/components/ui/button";
import { Notice } from "@/components/ui/notice";
import type { Debt } from "@/lib/billing/overview/service";
import { formatMoneyCents } from "@/lib/core/format";

type DebtNoticeProps = { debt: Debt; /** No plan runs: none can be bought either. */ ended: boolean; mayPay: boolean; className?: string };

/** What is owed for a subscription that is over, what follows from it, and where it is paid. */
export function DebtNotice({ debt: { cents, since, payUrl, invoices }, ended, mayPay, className }: DebtNoticeProps) {
  const many = invoices > 1;
  return (
    <Notice
      tone="bad" className={className} title={`${formatMoneyCents(cents)} ${many ? `on ${invoices} invoices is` : "is"} unpaid since ${dayOf(since)}`}
      action={mayPay && payUrl ? <Button asChild size="sm" variant="primary"><a href={payUrl}>{many ? "Pay the oldest" : "Pay invoice"}</a></Button> : undefined}
    >
      {ended ? "It is for a subscription that has ended. Until it is paid, no plan can be tried or bought." : "It is an invoice beside the plan that runs."} {many ? "All of them stand on the billing page, under Invoices." : null}
    </Notice>
  );
}
