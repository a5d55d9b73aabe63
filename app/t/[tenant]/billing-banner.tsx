import Link from "next/link";
import { DebtNotice } from "@/app/t/[tenant]/billing/debt-notice";
import { dayOf } from "@/app/t/[tenant]/billing/words";
import { Button } from "@/components/ui/button";
import { Notice } from "@/components/ui/notice";
import { readBillingNotice } from "@/lib/billing/overview/service";
import { trialDays } from "@/lib/billing/overview/standing";
import { requirePlan } from "@/lib/billing/service";

type BillingBannerProps = { tenant: { id: string; slug: string }; mayRead: boolean; mayPay: boolean };

/** On every page but the billing ones, which say more: that a payment is missing or a plan ends, to those who can do something about it; to everybody else only that Free's limits hold. */
export async function BillingBanner({ tenant, mayRead, mayPay }: BillingBannerProps) {
  const found = await readBillingNotice(tenant.id);
  if (!found) return null;
  const { notice, payUrl } = found;
  if (notice.kind === "owing") return mayRead ? <DebtNotice debt={notice} ended={notice.ended} mayPay={mayPay} className="mb-8" /> : null;
  const plan = requirePlan(notice.planId).name;
  if (!mayRead) {
    if (notice.kind !== "past_due" || !notice.reduced) return null;
    return <Notice tone="warn" className="mb-8" title="The limits of Free hold for now">An owner or billing member of this workspace can change that. Nothing was deleted.</Notice>;
  }
  const page = (label: string) => <Button asChild size="sm"><Link href={`/t/${tenant.slug}/billing`}>{label}</Link></Button>;
  switch (notice.kind) {
    case "past_due":
      return (
        <Notice tone={notice.reduced ? "bad" : "warn"} className="mb-8" title={notice.reduced ? `A payment is missing: the limits of Free hold since ${dayOf(notice.graceEndsAt)}` : "A payment is missing"} action={mayPay && payUrl ? <Button asChild size="sm"><a href={payUrl}>Pay invoice</a></Button> : page("See billing")}>
          {notice.reduced ? `${plan}’s limits are back as soon as it is paid. Nothing was deleted.` : `${plan} stays in force until ${dayOf(notice.graceEndsAt)}. Then the limits of Free hold until it is paid.`}
        </Notice>
      );
    case "trial": {
      const { left } = trialDays(notice, new Date());
      if (notice.hasCard && !notice.canceled) return <Notice className="mb-8" title={`The trial of ${plan} ends on ${dayOf(notice.endsAt)}`} action={page("See billing")}>Then {plan} begins and the card is charged.</Notice>;
      return <Notice tone="warn" className="mb-8" title={`The trial of ${plan} ends ${left <= 1 ? "within a day" : `in ${left} days`}`} action={page(notice.canceled ? "See billing" : "Add a card")}>{notice.canceled ? "It was canceled. Then the workspace is on Free; nothing is deleted." : "Without a card the workspace is on Free then; nothing is deleted."}</Notice>;
    }
    case "ending":
      return <Notice className="mb-8" title={`${plan} ends on ${dayOf(notice.endsAt)}`} action={page("See billing")}>Then the workspace is on Free; nothing is deleted. Until then it can be resumed.</Notice>;
  }
}
