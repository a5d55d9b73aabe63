import type { Span } from "@/lib/usage/range";
import type { UsageGroup } from "@/lib/usage/schema";
import { usageViewSchema, type UsageView } from "@/lib/usage/view";

const DEFAULTS = usageViewSchema.parse({});

/** The address of a view, a change to the present one. What is the default is not written out. */
export function viewHref(slug: string, view: UsageView, change: Partial<UsageView>): string {
  const query = new URLSearchParams(Object.entries({ ...view, ...change }).filter(([name, value]) => DEFAULTS[name as keyof UsageView] !== value));
  return `/t/${slug}/usage${query.size > 0 ? `?${query}` : ""}`;
}

/** Where the same numbers are as CSV. */
export function csvHref(slug: string, { from, to }: Span, group: UsageGroup): string {
  return `/api/v1/usage.csv?${new URLSearchParams({ tenant: slug, from: from.toISOString(), to: to.toISOString(), group_by: group })}`;
}
