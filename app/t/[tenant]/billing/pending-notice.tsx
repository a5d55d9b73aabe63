import { ConfirmPayment } from "@/app/t/[tenant]/billing/confirm-payment";
import { LeaveChange } from "@/app/t/[tenant]/billing/plan-deeds";
import { momentOf } from "@/app/t/[tenant]/billing/words";
import { Notice } from "@/components/ui/notice";
import type { PendingChange } from "@/lib/billing/account/state";
import { formatMoneyCents } from "@/lib/core/format";

type PendingNoticeProps = {
  tenant: string;
  pending: PendingChange;
  /** The plan that waits, and what goes on without it, as people read them. */
  to: string;
  from: string;
  mayPay: boolean;
};

/** A change that waits for its payment: what, until when, where it is confirmed, and that nothing happens without that. */
export function PendingNotice({ tenant, pending, to, from, mayPay }: PendingNoticeProps) {
  const { needsConfirmation, dueCents, expiresAt, endsTrial, payUrl } = pending;
  const goesOn = endsTrial ? "the trial goes on" : `${from} goes on`;
  const money = <span className="measured">{formatMoneyCents(dueCents)}</span>;
  return (
    <Notice tone="warn" title={needsConfirmation ? `${to} waits for your bank` : `${to} is not paid yet`}>
      {needsConfirmation ? <>Your bank asks you to confirm {money}. {endsTrial ? `All of ${to} is in force` : `${to} begins`} as soon as you have.</> : <>The payment of {money} did not go through. It can be paid with another card, and {to} begins then.</>}{" "}
      You can until <strong className="font-medium">{momentOf(expiresAt)}</strong>; if you do not, nothing is charged and {goesOn}.
      {mayPay ? (
        <span className="mt-3 flex flex-wrap gap-2">
          {payUrl ? <ConfirmPayment tenant={tenant} href={payUrl}>{needsConfirmation ? "Confirm payment" : "Pay with another card"}</ConfirmPayment> : null}
          <LeaveChange tenant={tenant} to={to} from={endsTrial ? "the trial" : from} />
        </span>
      ) : null}
    </Notice>
  );
}
