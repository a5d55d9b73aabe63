import { isTrialOffered } from "@/lib/billing/trial-offer";
import { getSignedIn } from "@/lib/http/page";
import { roleAllows } from "@/lib/tenants/policy";

/** Where the reader of a public page chooses a plan, and whether they may still try one there. */
export type PlansPath = { href: string; trial: boolean };

/** In the first workspace whose billing the reader may change; null: in none, or nobody is signed in. */
export async function findPlansPath(): Promise<PlansPath | null> {
  const signedIn = await getSignedIn();
  const own = signedIn?.memberships.find(({ role }) => roleAllows(role, "billing:write"));
  return signedIn && own ? { href: `/t/${own.slug}/billing/plans`, trial: await isTrialOffered(own.tenantId, signedIn.user.email) } : null;
}
