import { getSignedIn } from "@/lib/http/page";
import { roleAllows } from "@/lib/tenants/policy";

/** Where the reader of a public page chooses a plan: in the first workspace whose billing they may change; null: in none. */
export async function findPlansPath(): Promise<string | null> {
  const own = (await getSignedIn())?.memberships.find(({ role }) => roleAllows(role, "billing:write"));
  return own ? `/t/${own.slug}/billing/plans` : null;
}
