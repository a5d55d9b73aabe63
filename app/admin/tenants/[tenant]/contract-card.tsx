import type { ReactNode } from "react";
import { ContractForm } from "@/app/admin/tenants/[tenant]/contract-form";
import { EndContract } from "@/app/admin/tenants/[tenant]/end-contract";
import { Badge } from "@/components/ui/badge";
import { Card, CardBody, CardFooter, CardHeader } from "@/components/ui/card";
import { Notice } from "@/components/ui/notice";
import { Time } from "@/components/ui/time";
import type { StaffContract } from "@/lib/admin/contract/schema";
import type { StaffTenant } from "@/lib/admin/schema";
import { formatMoneyCents } from "@/lib/core/format";

const STATES = { coming: { word: "Not begun", tone: "outline" }, in_force: { word: "In force", tone: "ok" }, over: { word: "Over", tone: "neutral" } } as const;

/** What was agreed with an Enterprise customer, and how far it has come. The limits stand in the card of limits. */
export function ContractCard({ tenant, contract, sold }: { tenant: StaffTenant; contract: StaffContract | null; sold: boolean }) {
  const goesOn = contract !== null && contract.state !== "over";
  return (
    <Card>
      <CardHeader
        title="Contract"
        description={contract ? <Badge tone={STATES[contract.state].tone}>{STATES[contract.state].word}</Badge> : "Puts the Enterprise plan in force with a price and limits of its own, for as long as it lasts."}
        action={
          <>
            {goesOn ? <EndContract workspace={tenant.id} name={tenant.name} contract={contract} /> : null}
            <ContractForm tenant={tenant} contract={goesOn ? contract : null} sold={sold} />
          </>
        }
      />
      {contract ? <Terms contract={contract} sold={sold} /> : <CardBody className="pt-0" />}
    </Card>
  );
}

function Terms({ contract, sold }: { contract: StaffContract; sold: boolean }) {
  const { priceCents, startsAt, endsAt, terms, setBy, updatedAt, problem, state, toldAt } = contract;
  return (
    <>
      <CardBody className="grid grid-cols-1 gap-4">
        {problem ? <Notice tone="warn" title="Stripe does not have it yet">{problem}</Notice> : null}
        <dl className="grid gap-x-8 gap-y-3 text-sm sm:grid-cols-3">
          <Fact name="Price"><span className="measured">{formatMoneyCents(priceCents)}</span> a month</Fact>
          <Fact name="Payment">{paymentWords(contract)}</Fact>
          <Fact name="Lasts">{endsAt ? <><Time at={startsAt} look="absolute" /> to <Time at={endsAt} look="absolute" /></> : <>from <Time at={startsAt} look="absolute" />, until it is ended</>}</Fact>
          {sold && contract.payment !== "outside" ? <Fact name="At Stripe">{stripeWords(contract)}</Fact> : null}
          {state === "in_force" ? <Fact name="Customer">{toldAt ? "was told by mail" : "is told in a moment"}</Fact> : null}
        </dl>
        <p className="max-w-prose text-sm whitespace-pre-wrap wrap-anywhere">{terms}</p>
      </CardBody>
      <CardFooter>
        <p>{setBy}, <Time at={updatedAt} /></p>
      </CardFooter>
    </>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt className="text-xs text-muted">{name}</dt>
      <dd className="mt-0.5">{children}</dd>
    </div>
  );
}

function paymentWords({ payment, daysUntilDue }: StaffContract): string {
  if (payment === "invoice") return `by invoice, within ${daysUntilDue === 1 ? "1 day" : `${daysUntilDue} days`}`;
  return payment === "card" ? "by card" : "outside of Stripe";
}

function stripeWords({ account, appliedAt, state }: StaffContract): ReactNode {
  if (state === "coming") return "when it begins";
  if (!account?.subscriptionId) return appliedAt ? "nothing" : "not there yet";
  return (
    <>
      <span className="font-mono">{account.subscriptionId}</span>, {account.status.replaceAll("_", " ")}
      {account.cancelAt ? <>, ends <Time at={account.cancelAt} look="absolute" /></> : null}
      {appliedAt ? null : ", newest terms not there yet"}
    </>
  );
}
