import Link from "next/link";
import type { ReactNode } from "react";
import { DocsSection } from "@/components/marketing/docs-layout";
import { FactTable } from "@/components/marketing/fact-table";
import { Code, Prose, TextWithCode } from "@/components/marketing/prose";
import { CodeBlock } from "@/components/ui/code-block";

/** A route in one line. */
export type RouteLine = { subject: string; method: string; path: string; summary: string; description: string; id: string };

/** The shape of errors, and every route there is. */
export function DocsReference({ origin, routes }: { origin: string; routes: RouteLine[] }) {
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
            All below <Code>{`${origin}/api/v1`}</Code>. The <Link href="/docs/api">API reference</Link> has every parameter, field and answer of each, with examples; programs
            read the same at <Code>/api/v1/openapi.json</Code>. Without a key: <Code>GET /api/health</Code> (alive) and <Code>GET /api/ready</Code> (each dependency).
          </p>
        </Prose>
        <FactTable caption="Routes of the API" head={["Route", "Does"]} rows={routes.map(toRow)} />
      </DocsSection>
    </>
  );
}

function toRow({ subject, method, path, summary, description, id }: RouteLine): { name: string; text: ReactNode } {
  const text = (
    <>
      <Link href={`/docs/api/${subject}#${id}`} prefetch={false} className="hover:text-ink hover:underline hover:underline-offset-4">
        {summary}
      </Link>
      . <TextWithCode text={description} />
    </>
  );
  return { name: `${method} ${path}`, text };
}
