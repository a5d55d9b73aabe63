import { withTenant } from "@/lib/platform/db";
import { openQueue } from "@/lib/platform/queue";
import { mailDue } from "@/lib/billing/contract/policy";
import { markContract, type ContractRow } from "@/lib/billing/contract/repo";
import { countExcess } from "@/lib/billing/fit";
import { startingPlan } from "@/lib/billing/service";
import { writeBillingMail } from "@/lib/billing/tell";
import type { BillingMail, ContractTerms } from "@/lib/notifications/billing/schema";

/** Has the mail written that tells of how a contract stands, once, and writes down that it was. */
export async function tellOfContract(tenantId: string, contract: ContractRow): Promise<void> {
  const now = new Date();
  const due = mailDue(contract, now);
  if (!due) return;
  await openQueue();
  await withTenant(tenantId, async (tx) => {
    const excess = due.kind === "contract_ends" ? await countExcess(tx, tenantId, startingPlan()) : { agents: 0, members: 0 };
    await writeBillingMail(tx, tenantId, due.key, mailOf(due.kind, contract, excess, now));
    await markContract(tx, tenantId, contract.updatedAt, { toldAt: contract.updatedAt });
  });
}

function mailOf(kind: "contract_started" | "contract_changed" | "contract_ends", contract: ContractRow, excess: { agents: number; members: number }, now: Date): BillingMail {
  const endsAt = contract.endsAt?.toISOString() ?? null;
  if (kind === "contract_started") return { kind, terms: termsOf(contract), startsAt: contract.startsAt.toISOString(), endsAt };
  if (kind === "contract_changed") return { kind, terms: termsOf(contract), at: contract.updatedAt.toISOString(), endsAt };
  return { kind, endsAt: endsAt ?? now.toISOString(), excess };
}

function termsOf({ priceCents, limits }: ContractRow): ContractTerms {
  const { minutesMs, apiCalls, modelSpendMicros, overageMicrosPerMinute } = limits;
  return { priceCents, minutesMs, apiCalls, modelSpendMicros, overageMicrosPerMinute };
}
