import Link from "next/link";
import { Button } from "@/components/ui/button";
import { CodeBlock } from "@/components/ui/code-block";
import { EmptyState } from "@/components/ui/empty-state";
import { env } from "@/lib/platform/env";
import type { UsageRange } from "@/lib/usage/view";

const TITLES: Record<UsageRange, string> = { today: "Nothing used today", period: "Nothing used in this period", year: "Nothing used in twelve months" };

/** What stands where a chart would be: what is counted, how to begin, and how a program reads the same numbers. */
export function NothingUsed({ slug, range, mayRun }: { slug: string; range: UsageRange; mayRun: boolean }) {
  const sample = `curl "${env().APP_URL}/api/v1/usage?group_by=day" \\\n  -H "Authorization: Bearer $STINT_API_KEY"`;
  return (
    <EmptyState
      className="mt-6"
      title={TITLES[range]}
      action={mayRun ? <Button asChild variant="primary"><Link href={`/t/${slug}/agents`}>Choose an agent</Link></Button> : undefined}
      sample={<CodeBlock title="Read usage from a program, free of charge" code={sample} />}
    >
      A run counts the time it executes, to the millisecond, and what its model calls cost. Every API call counts as one. Waiting in the queue counts nothing. The bars appear here about a second after the work.
    </EmptyState>
  );
}
