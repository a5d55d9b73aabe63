import Link from "next/link";
import { DocsSection } from "@/components/marketing/docs-layout";
import { FactTable } from "@/components/marketing/fact-table";
import { Code, Prose } from "@/components/marketing/prose";
import { CodeBlock } from "@/components/ui/code-block";

const USAGE_ANSWER = `{
  "object": "usage",
  "from": "2026-11-01T00:00:00.000Z",
  "to": "2026-11-23T12:00:00.000Z",
  "group_by": "agent",
  "data": [
    { "key": "agt_01kaq2…", "label": "Summarise",
      "agent_ms": 75240, "api_calls": 0,
      "model_micros": 0, … }
  ],
  "total": { "agent_ms": 75240, … }
}`;

const LIST_ANSWER = `{
  "object": "list",
  "data": [ … ],
  "has_more": true,
  "next_cursor": "run_01kaq3…"
}`;

const METERS = [
  { name: "agent_ms", text: "Milliseconds that runs spent executing, summed, never rounded per run. Queueing and our own faults are not in it." },
  { name: "api_calls", text: "Authenticated requests that no limit refused. /me, /usage and cancel are free." },
  { name: "model_micros", text: "Model calls at list price, in millionths of a US dollar." },
  { name: "input_tokens", text: "Tokens sent to models, as the endpoint counted them." },
  { name: "output_tokens", text: "Tokens that models wrote." },
];

/** Reading usage, walking lists, repeating a request. */
export function DocsUsage({ origin }: { origin: string }) {
  const usage = `curl "${origin}/api/v1/usage?group_by=agent" \\\n  -H "Authorization: Bearer $STINT_API_KEY"`;
  const repeated = `curl ${origin}/api/v1/runs \\
  -H "Authorization: Bearer $STINT_API_KEY" \\
  -H "Content-Type: application/json" \\
  -H "Idempotency-Key: report-2026-11-23" \\
  -d '{"agent":"summarise","input":"…"}'`;
  return (
    <>
      <DocsSection id="usage" aside={<><CodeBlock title="GET /usage" code={usage} /><CodeBlock title="Answer, shortened" code={USAGE_ANSWER} /></>}>
        <Prose className="mb-6">
          <p>
            <Code>GET /usage</Code> sums what was used from <Code>from</Code> (inclusive, default: the start of the period) to <Code>to</Code> (exclusive, default: now), grouped
            by <Code>meter</Code>, <Code>agent</Code>, <Code>key</Code>, <Code>hour</Code> or <Code>day</Code> (UTC). The numbers are the same as on the usage and billing pages. What belongs to no agent or no key has an empty <Code>key</Code>; what
            we corrected has the key <Code>correction</Code>, and may be less than nothing.
          </p>
          <p>
            The hours that hold <Code>from</Code> and <Code>to</Code> count as a whole. By the hour, a range is at most 31 days. <Code>GET /usage.csv</Code> takes the same
            parameters and gives the same rows as CSV. Both are free of charge.
          </p>
        </Prose>
        <FactTable caption="What is metered" head={["Meter", "Counts"]} rows={METERS} />
      </DocsSection>
      <DocsSection id="lists" aside={<CodeBlock title="GET /runs?limit=50" code={LIST_ANSWER} />}>
        <Prose>
          <p>
            Lists come newest first, with <Code>limit</Code> from 1 to 100 (default 20). While <Code>has_more</Code> is true, give <Code>next_cursor</Code> back as{" "}
            <Code>cursor</Code>. Runs can be narrowed by <Code>status</Code> and <Code>agent</Code>.
          </p>
        </Prose>
      </DocsSection>
      <DocsSection id="idempotency" aside={<CodeBlock title="Safe to send twice" code={repeated} />}>
        <Prose>
          <p>
            A <Code>POST</Code> with an <Code>Idempotency-Key</Code> happens once: for 24 hours the same request gets the stored answer. Another body under the same key is{" "}
            <Code>422</Code>; while the first still runs, <Code>409</Code>. An answer that failed is not stored. A secret never is: the replay of a key’s creation comes without it.
          </p>
        </Prose>
      </DocsSection>
      <DocsSection id="limits" aside={<CodeBlock title="Headers" code={`RateLimit-Policy: "tenant";q=60;w=60\nRateLimit: "tenant";r=58;t=2\n\n# On 429 and 503, in seconds:\nRetry-After: 2`} />}>
        <Prose>
          <p>
            Requests per minute are limited per workspace, by <Link href="/pricing">plan</Link>. Every authenticated answer carries the policy (<Code>q</Code> requests
            in <Code>w</Code> seconds) and where you stand (<Code>r</Code> left, full again in <Code>t</Code> seconds). Over the limit the answer is <Code>429</Code> with{" "}
            <Code>Retry-After</Code> in seconds.
          </p>
          <p>Runs over the plan’s concurrency are not refused: they wait. Only a full queue is.</p>
        </Prose>
      </DocsSection>
    </>
  );
}
