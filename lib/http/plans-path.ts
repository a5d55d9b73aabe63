import { isTrialOffered } from "@/lib/billing/trial-offer";
import { getSignedIn } from "@/lib/http/page";
import { roleAllows } from "@/lib/tenants/policy";

/** Where the reader of a public page chooses a plan, which one is in force there, and whether they may still try one. */
export type PlansPath = { href: string; planId: string; trial: boolean };

/** In the first workspace whose billing the reader may change; null: in none, or nobody is signed in. */
export async function findPlansPath(): Promise<PlansPath | null> {
  const signedIn = await getSignedIn();
  const own = signedIn?.memberships.find(({ role }) => roleAllows(role, "billing:write"));
  return signedIn && own ? { href: `/t/${own.slug}/billing/plans`, planId: own.planId, trial: await isTrialOffered(own.tenantId, signedIn.user.email) } : null;
}
