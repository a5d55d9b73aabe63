"use client";

import { useRouter } from "next/navigation";
import { useState, useTransition } from "react";
import { previewUpgradeAction, upgradeAction } from "@/app/t/[tenant]/billing/actions";
import { ask } from "@/app/t/[tenant]/billing/send";
import { ToStripe } from "@/app/t/[tenant]/billing/to-stripe";
import { dayOf, discountWords } from "@/app/t/[tenant]/billing/words";
import { Button } from "@/components/ui/button";
import { Dialog, DialogClose, DialogContent, DialogFooter, DialogTrigger } from "@/components/ui/dialog";
import { Notice } from "@/components/ui/notice";
import { Skeleton } from "@/components/ui/skeleton";
import { useToast } from "@/components/ui/toast";
import type { Plan } from "@/lib/billing/plans";
import type { UpgradePreview } from "@/lib/billing/upgrade";
import { formatMoneyCents } from "@/lib/core/format";

type UpgradePlanProps = { tenant: string; plan: Plan; from: string; card: string | null };

/** A larger plan: what it costs at this moment, by line, before anything is charged. */
export function UpgradePlan({ tenant, plan, from, card }: UpgradePlanProps) {
  const [toast, router] = [useToast(), useRouter()];
  const [open, setOpen] = useState(false);
  const [preview, setPreview] = useState<UpgradePreview | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [paying, startPaying] = useTransition();

  async function look() {
    setPreview(null);
    setProblem(null);
    const answer = await ask(previewUpgradeAction, tenant, { plan: plan.id });
    if ("data" in answer) setPreview(answer.data);
    else setProblem(answer.problem);
  }

  function pay(shown: UpgradePreview) {
    setProblem(null);
    startPaying(async () => {
      const answer = await ask(upgradeAction, tenant, { plan: plan.id, proration_date: String(shown.prorationDate), due_cents: String(shown.dueCents) });
      if ("problem" in answer) return setProblem(answer.problem);
      setOpen(false);
      // Where it is confirmed, and until when, stands on the page that follows.
      toast(answer.data.waits ? "Your bank asks you to confirm the payment." : `${plan.name} is in force.`);
      router.push(`/t/${tenant}/billing`);
    });
  }

  return (
    <Dialog open={open} onOpenChange={(now) => {
      if (paying) return;
      setOpen(now);
      if (now) void look();
    }}>
      <DialogTrigger asChild><Button variant="primary">{`Upgrade to ${plan.name}`}</Button></DialogTrigger>
      <DialogContent title={`Upgrade to ${plan.name}`} description={`${plan.name} begins at once. What is left of ${from} is taken off.`}>
        {preview ? <Lines preview={preview} plan={plan.name} /> : problem ? null : <Skeleton className="h-40 w-full" />}
        {problem ? <Notice tone="bad" className="mt-4">{problem}</Notice> : null}
        {preview && !preview.hasCard ? <Notice className="mt-4" title="A card is needed">Add one at Stripe, then come back here. Nothing is charged by adding it.</Notice> : null}
        {preview?.hasCard && card ? <p className="mt-4 text-right text-xs text-muted">Charges {card}.</p> : null}
        <DialogFooter>
          <DialogClose asChild><Button disabled={paying}>Keep {from}</Button></DialogClose>
          {preview && !preview.hasCard ? <ToStripe tenant={tenant} to={{ portal: "payment_method" }} variant="primary">Add a card</ToStripe> : preview ? (
            <Button variant="primary" loading={paying} onClick={() => pay(preview)}>Pay and upgrade</Button>
          ) : <Button variant="primary" disabled={!problem} onClick={() => void look()}>{problem ? "Look again" : "Pay and upgrade"}</Button>}
        </DialogFooter>
      </DialogContent>
    </Dialog>
  );
}

function Lines({ preview, plan }: { preview: UpgradePreview; plan: string }) {
  const rows = [
    ...preview.lines,
    ...(preview.discountCents === 0 ? [] : [{ label: "Discount", cents: -preview.discountCents }]),
    ...(preview.taxCents === 0 ? [] : [{ label: "Tax", cents: preview.taxCents }]),
    ...(preview.reverseCharge && preview.taxCents === 0 ? [{ label: "Tax: reverse charge", cents: 0 }] : []),
    ...(preview.creditCents === 0 ? [] : [{ label: preview.creditCents > 0 ? "Credit" : "Carried over", cents: -preview.creditCents }]),
  ];
  return (
    <>
      <dl className="grid gap-2 text-sm">
        {rows.map(({ label, cents }, at) => (
          <div key={at} className="flex items-baseline justify-between gap-4">
            <dt className="min-w-0 text-muted">{label}</dt>
            <dd className="measured" data-line-cents={cents}>{formatMoneyCents(cents)}</dd>
          </div>
        ))}
        <div className="flex items-baseline justify-between gap-4 border-t border-line pt-2 font-semibold">
          <dt>Due now</dt>
          <dd className="measured" data-due-cents={preview.dueCents}>{formatMoneyCents(preview.dueCents)}</dd>
        </div>
      </dl>
      <p className="mt-3 text-sm text-muted">
        {preview.coupon && preview.discountCents === 0 ? "The coupon is taken off the lines above already. " : ""}
        From {dayOf(preview.nextInvoiceAt)} on {plan} costs {formatMoneyCents(preview.priceCents)} a month{preview.coupon ? ` before the coupon (${discountWords(preview.coupon)})` : ""}, plus tax where it is due.
      </p>
    </>
  );
}
