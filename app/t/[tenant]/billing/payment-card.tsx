import type { ReactNode } from "react";
import { ToStripe } from "@/app/t/[tenant]/billing/to-stripe";
import { brandOf, countryOf, discountWords } from "@/app/t/[tenant]/billing/words";
import { Card, CardBody, CardFooter, CardHeader } from "@/components/ui/card";
import { NO_ACCOUNT, type AccountState, type CustomerTaxId } from "@/lib/billing/account/state";
import { formatMoneyCents } from "@/lib/core/format";

type PaymentCardProps = { tenant: string; /** Null: no customer of Stripe's yet, so nothing that could be changed there. */ account: AccountState | null; mayPay: boolean; /** A contract is paid without Stripe. */ outside: boolean };

/** What pays, and to whom invoices are made out. All of it is kept and changed at Stripe. */
export function PaymentCard({ tenant, account, mayPay, outside }: PaymentCardProps) {
  if (outside) return <Card aria-label="Payment"><CardHeader title="Payment" description="As agreed in the contract, outside of Stripe. No card is kept here." className="pb-4" /></Card>;
  const { card, discount, balanceCents, email, country, taxIds } = account ?? NO_ACCOUNT;
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
          {country ? <Row label="Country">{countryOf(country)}</Row> : null}
          {taxIds.length > 0 ? <Row label={taxIds.length === 1 ? "Tax ID" : "Tax IDs"}>{taxIds.map((one) => <TaxId key={`${one.type} ${one.value}`} {...one} />)}</Row> : null}
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

const VERIFICATIONS: Record<CustomerTaxId["verification"], string | null> = { verified: "verified", pending: "being verified", unverified: "could not be verified", unavailable: null };

/** Stripe asks the country's register; of some countries there is none to ask, and nothing is said of it. */
function TaxId({ value, country, verification }: CustomerTaxId) {
  const about = [country ? countryOf(country) : null, VERIFICATIONS[verification]].filter((part) => part !== null).join(", ");
  return <p className="break-words"><span className="font-mono">{value}</span> {about ? <span className="text-muted">{about}</span> : null}</p>;
}
