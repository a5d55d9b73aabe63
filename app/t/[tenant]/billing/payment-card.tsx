import type { ReactNode } from "react";
import { ToStripe } from "@/app/t/[tenant]/billing/to-stripe";
import { brandOf, dayOf } from "@/app/t/[tenant]/billing/words";
import { Card, CardBody, CardFooter, CardHeader } from "@/components/ui/card";
import type { AccountDiscount, AccountState } from "@/lib/billing/account/state";
import { formatMoneyCents } from "@/lib/core/format";

type PaymentCardProps = { tenant: string; /** Null: no customer of Stripe's yet, so nothing that could be changed there. */ account: AccountState | null; mayPay: boolean; /** A contract is paid without Stripe. */ outside: boolean };

/** What pays, and to whom invoices are made out. All of it is kept and changed at Stripe. */
export function PaymentCard({ tenant, account, mayPay, outside }: PaymentCardProps) {
  if (outside) return <Card aria-label="Payment"><CardHeader title="Payment" description="As agreed in the contract, outside of Stripe. No card is kept here." className="pb-4" /></Card>;
  const { card, discount, balanceCents, email, country } = account ?? { card: null, discount: null, balanceCents: 0, email: null, country: null };
  return (
    <Card className="flex flex-col" aria-label="Payment">
      <CardHeader
        title="Payment" description="Kept by Stripe. Stint never sees a card’s number."
        action={mayPay ? <ToStripe tenant={tenant} to={{ portal: "payment_method" }}>{card ? "Change card" : "Add a card"}</ToStripe> : undefined}
      />
      <CardBody>
        <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-6 gap-y-2 text-sm">
          <Row label="Card">
            {card ? (
              <>
                {brandOf(card.brand)} <span className="font-mono">•••• {card.last4}</span> <span className="text-muted">expires <span className="font-mono">{String(card.expMonth).padStart(2, "0")}/{card.expYear}</span></span>
              </>
            ) : <span className="text-muted">None</span>}
          </Row>
          <Row label="Invoices to">{email ? <span className="break-all">{email}</span> : <span className="text-muted">Nobody yet</span>}</Row>
          {country ? <Row label="Country">{new Intl.DisplayNames("en", { type: "region" }).of(country) ?? country}</Row> : null}
          {discount ? <Row label="Coupon">{discountWords(discount)}</Row> : null}
          {balanceCents < 0 ? <Row label="Credit"><span className="font-mono">{formatMoneyCents(-balanceCents)}</span> <span className="text-muted">the next invoices take it first</span></Row> : null}
          {balanceCents > 0 ? <Row label="Carried over"><span className="font-mono">{formatMoneyCents(balanceCents)}</span> <span className="text-muted">added to the next invoice</span></Row> : null}
        </dl>
      </CardBody>
      {mayPay ? (
        <CardFooter className="mt-auto gap-3 text-sm">
          <ToStripe tenant={tenant} to={{ portal: "all" }}>Edit address and tax ID</ToStripe>
        </CardFooter>
      ) : null}
    </Card>
  );
}

function Row({ label, children }: { label: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-muted">{label}</dt>
      <dd className="min-w-0">{children}</dd>
    </>
  );
}

function discountWords({ name, percentOff, amountOffCents, endsAt }: AccountDiscount): string {
  const off = percentOff !== null ? `${percentOff} % off` : amountOffCents !== null ? `${formatMoneyCents(amountOffCents)} off` : "a discount";
  return `${name}: ${off}${endsAt ? ` until ${dayOf(endsAt)}` : ""}`;
}
