import Link from "next/link";
import { DocsSection } from "@/components/marketing/docs-layout";
import { FactTable } from "@/components/marketing/fact-table";
import { Code, Prose } from "@/components/marketing/prose";
import { CodeBlock } from "@/components/ui/code-block";

const ROUTES = [
  { name: "GET /me", text: "The key’s workspace, scopes, limits and usage. Free." },
  { name: "GET /agents", text: "The workspace’s agents; with archived=true the archived ones. Scope agents:read." },
  { name: "POST /agents", text: "Creates an agent: name, slug, model, instructions, and what limits it. Scope agents:write." },
  { name: "GET /agents/{id}", text: "One agent, by id or slug. Scope agents:read." },
  { name: "PATCH /agents/{id}", text: "Saves a change as the next version. With version, 409 when there is a newer one. Scope agents:write." },
  { name: "DELETE /agents/{id}", text: "Archives an agent. Its runs stay, its slug is free. Scope agents:write." },
  { name: "GET /agents/{id}/versions", text: "Every save of an agent, newest first. Scope agents:read." },
  { name: "GET /agents/{id}/versions/{n}", text: "What an agent was in one version. Scope agents:read." },
  { name: "POST /agents/{id}/rollback", text: "Makes an earlier version the newest, as a version of its own. Scope agents:write." },
  { name: "POST /agents/{id}/restore", text: "Brings an archived agent back. Scope agents:write." },
  { name: "GET /tools", text: "The workspace’s tools. Scope tools:read." },
  { name: "POST /tools", text: "Adds an HTTP endpoint or an MCP server: kind, name, description, url, headers. Scope tools:write." },
  { name: "GET /tools/{id}", text: "One tool, without the values of its headers. Scope tools:read." },
  { name: "PATCH /tools/{id}", text: "Changes a tool. A header that is null is taken away. Scope tools:write." },
  { name: "DELETE /tools/{id}", text: "Archives a tool that no agent uses. Scope tools:write." },
  { name: "POST /tools/{id}/test", text: "Calls a tool once and tells what came back. Scope tools:write." },
  { name: "GET /runs", text: "Runs, newest first. Scope runs:read." },
  { name: "POST /runs", text: "Starts a run. Scope runs:write." },
  { name: "GET /runs/{id}", text: "One run with its steps and output. Scope runs:read." },
  { name: "GET /runs/{id}/events", text: "The run’s events as a stream. Scope runs:read." },
  { name: "POST /runs/{id}/cancel", text: "Cancels a run. Free. Scope runs:write." },
  { name: "GET /keys", text: "The workspace’s keys, without secrets. Scope keys:read." },
  { name: "POST /keys", text: "Creates a key: name, scopes. The only answer with the secret. Scope keys:write." },
  { name: "GET /keys/{id}", text: "One key, without its secret. Scope keys:read." },
  { name: "DELETE /keys/{id}", text: "Revokes a key. Runs it started go on. Scope keys:write." },
  { name: "GET /webhook_endpoints", text: "The workspace’s webhook endpoints, without secrets. Scope webhooks:read." },
  { name: "POST /webhook_endpoints", text: "Adds an endpoint: url, description, event_types. The only answer with its secret. Scope webhooks:write." },
  { name: "GET /webhook_endpoints/{id}", text: "One endpoint and how it does. Scope webhooks:read." },
  { name: "PATCH /webhook_endpoints/{id}", text: "Changes url, description, event_types or enabled. Scope webhooks:write." },
  { name: "DELETE /webhook_endpoints/{id}", text: "Deletes an endpoint with its log. Scope webhooks:write." },
  { name: "POST /webhook_endpoints/{id}/rotate_secret", text: "Another secret; the old one signs for 24 hours beside it. Scope webhooks:write." },
  { name: "POST /webhook_endpoints/{id}/test", text: "Sends a webhook.test event. Scope webhooks:write." },
  { name: "GET /webhook_endpoints/{id}/deliveries", text: "Its deliveries, newest first, by status. Scope webhooks:read." },
  { name: "GET /webhook_deliveries/{id}", text: "One delivery with payload and attempts. Scope webhooks:read." },
  { name: "POST /webhook_deliveries/{id}/replay", text: "Sends a delivery again, under the same id. Scope webhooks:write." },
  { name: "GET /usage", text: "What was used, grouped. Free. Scope usage:read." },
  { name: "GET /usage.csv", text: "The same rows as CSV. Free. Scope usage:read." },
  { name: "GET /usage/live", text: "Used, leased and runs under way, at this moment. Free. Scope usage:read." },
];

/** The shape of errors, and every route there is. */
export function DocsReference({ origin }: { origin: string }) {
  const error = `{
  "error": {
    "type": "invalid_request_error",
    "code": "invalid_field",
    "message": "The input is empty.",
    "param": "input",
    "doc_url": "${origin}/docs/errors#invalid_field",
    "request_id": "…"
  }
}`;
  return (
    <>
      <DocsSection id="errors" aside={<CodeBlock title="422" code={error} />}>
        <Prose>
          <p>
            Every error has one shape, the one that OpenAI and Stripe clients read. Switch on <Code>code</Code>; show <Code>message</Code>. <Code>param</Code> names the field at
            fault, and <Code>request_id</Code> finds the request in the logs. <Link href="/docs/errors">All error codes</Link>.
          </p>
        </Prose>
      </DocsSection>
      <DocsSection id="reference">
        <Prose className="mb-6">
          <p>
            All below <Code>{`${origin}/api/v1`}</Code>. Without a key: <Code>GET /api/health</Code> (alive) and <Code>GET /api/ready</Code> (each dependency).
          </p>
        </Prose>
        <FactTable caption="Routes of the API" head={["Route", "Does"]} rows={ROUTES} />
      </DocsSection>
    </>
  );
}
