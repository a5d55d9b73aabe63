import { DocsSection } from "@/components/marketing/docs-layout";
import { FactTable } from "@/components/marketing/fact-table";
import { Code, Prose } from "@/components/marketing/prose";
import { CodeBlock } from "@/components/ui/code-block";
import { VERIFY_SNIPPET } from "@/components/webhooks/verify-snippet";
import { EVENT_WORDS } from "@/components/webhooks/words";
import { EVENT_TYPES, KEEP_DAYS, MOST_ENDPOINTS, SECRET_GRACE_HOURS } from "@/lib/webhooks/schema";

const DELIVERY = `POST /webhooks HTTP/1.1
content-type: application/json
webhook-id: evt_01kaq4…
webhook-timestamp: 1795514400
webhook-signature: v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=

{
  "id": "evt_01kaq4…",
  "type": "run.failed",
  "created_at": "2026-11-24T10:00:00.000Z",
  "tenant_id": "ten_01kaq1…",
  "data": {
    "id": "run_01kaq3…", "object": "run",
    "agent": "summarise", "agent_id": "agt_01kaq2…", "agent_version": 3,
    "status": "timed_out", "model": "stint-extract-1",
    "error": { "code": "timed_out", "message": "…" },
    "metadata": { "order": "42" },
    "usage": { "agent_ms": 60000, "lost_ms": 0,
      "input_tokens": 812, "output_tokens": 0,
      "model_spend_micros": 0 },
    "max_ms": 60000, "created_at": "…",
    "started_at": "…", "finished_at": "…"
  }
}`;

const RETRIES = "5 s, 30 s, 2 min, 10 min, 30 min, 1 h, 2 h, 4 h, 6 h, 10 h";
const ROWS = EVENT_TYPES.map((name) => ({ name, text: `${EVENT_WORDS[name]}.` }));

/** Being told instead of asking: events, payload, signature, retries. */
export function DocsWebhooks({ origin }: { origin: string }) {
  const create = `curl ${origin}/api/v1/webhook_endpoints \\
  -H "Authorization: Bearer $STINT_API_KEY" \\
  -H "Content-Type: application/json" \\
  -d '{"url":"https://example.com/webhooks",
       "event_types":["run.succeeded","run.failed"]}'`;
  return (
    <DocsSection id="webhooks" aside={<><CodeBlock title="Add an endpoint" code={create} /><CodeBlock title="What arrives" code={DELIVERY} /><CodeBlock title="Check it (TypeScript)" code={VERIFY_SNIPPET} /></>}>
      <Prose className="mb-6">
        <p>
          A webhook endpoint is an address of yours that gets a <Code>POST</Code> when something happens. Add one on the webhooks page or through the API, for every
          event (<Code>*</Code>, the default) or for the types it wants; at most {MOST_ENDPOINTS} in a workspace. The address has to be <Code>https</Code> and on the public internet, unless whoever runs the
          platform allows another. The answer carries the signing secret, once.
        </p>
      </Prose>
      <FactTable caption="Types of events" head={["Event", "Sent when"]} rows={ROWS} />
      <Prose className="mt-6">
        <p>
          A run that timed out is a <Code>run.failed</Code> with the status <Code>timed_out</Code> in <Code>data</Code>. Events of runs carry its agent, status, error,
          metadata and usage, never its input or output: fetch those with <Code>GET /runs/{"{id}"}</Code>. An event is at most 64 KB. An event is written in the same transaction as what it tells of: what happened is told,
          and what was rolled back is not.
        </p>
        <h3>Signature</h3>
        <p>
          Deliveries follow <a href="https://www.standardwebhooks.com">Standard Webhooks</a>: <Code>webhook-signature</Code> is <Code>v1,</Code> and the base64 of the HMAC-SHA256
          over <Code>id.timestamp.body</Code>, keyed with the bytes that stand in base64 after <Code>whsec_</Code>. Any library for it checks a delivery. Check the body as it came, before anything parses it. After
          a rotation the header holds two signatures, separated by a space, for {SECRET_GRACE_HOURS} hours.
        </p>
        <h3>Arriving at least once</h3>
        <p>
          Answer with any <Code>2xx</Code> within 15 seconds, and do the work afterwards. Everything else is tried again after about {RETRIES}. Redirects are not
          followed. The same event may arrive twice, and events may arrive in another order than they happened: <Code>webhook-id</Code> is the
          same in every attempt, so remember the ones you have handled.
        </p>
        <p>
          <Code>410</Code> disables an endpoint at once; so do three days in which every attempt failed. Owners are told by mail and on the pages. Deliveries are kept
          for {KEEP_DAYS} days with payload, answers and attempts, and any of them can be replayed, under the same id.
        </p>
      </Prose>
    </DocsSection>
  );
}
