import Link from "next/link";
import type { ReactNode } from "react";
import type { FieldRow, OperationReference, SubjectReference } from "@/lib/http/openapi/reference";
import { Code, Prose, TextWithCode } from "@/components/marketing/prose";
import { CodeBlock } from "@/components/ui/code-block";

/** Every operation of the API by subject, each leading to its own place. */
export function ApiContents({ subjects, origin }: { subjects: SubjectReference[]; origin: string }) {
  return (
    <div className="grid gap-6 border-t py-8">
      <Prose>
        <p>
          All below <Code>{`${origin}/api/v1`}</Code>, with <Code>Authorization: Bearer stint_…</Code>. The document is at <a href="/api/v1/openapi.json">/api/v1/openapi.json</a> and
          needs no key. A <Code>POST</Code> may carry an <Code>Idempotency-Key</Code>; every request may carry a <Code>Stint-Version</Code>.
        </p>
      </Prose>
      <nav aria-label="Operations">
        <ul className="grid gap-x-8 gap-y-6 text-sm sm:grid-cols-2 xl:grid-cols-3">
          {subjects.map((subject) => (
            <li key={subject.id}>
              <Link href={`/docs/api/${subject.id}`} className="font-medium hover:underline hover:underline-offset-4">
                {subject.name}
              </Link>
              <ul className="mt-1">
                {subject.operations.map((one) => (
                  <li key={one.id}>
                    <Link href={`/docs/api/${subject.id}#${one.id}`} prefetch={false} className="measured flex min-h-7 items-center gap-2 text-xs text-muted hover:text-ink">
                      <span className="w-12 shrink-0">{one.method}</span>
                      <span className="min-w-0 [overflow-wrap:anywhere]">{one.path}</span>
                    </Link>
                  </li>
                ))}
              </ul>
            </li>
          ))}
        </ul>
      </nav>
    </div>
  );
}

/** The operations of one subject: what each takes, what it answers, and a request that does it. */
export function ApiSubject({ subject, languageName, languageSwitch }: { subject: SubjectReference; languageName: string; languageSwitch: ReactNode }) {
  return (
    <>
      <div className="sticky top-14 z-10 border-t bg-paper py-2">{languageSwitch}</div>
      {subject.operations.map((one) => (
        <OperationBlock key={one.id} operation={one} languageName={languageName} />
      ))}
    </>
  );
}

function OperationBlock({ operation, languageName }: { operation: OperationReference; languageName: string }) {
  const { id, method, path, summary, description, parameters, body, answers, example } = operation;
  return (
    <article aria-labelledby={id} className="grid gap-x-10 gap-y-6 border-t py-8 xl:grid-cols-2">
      <div className="grid min-w-0 content-start gap-6">
        <div>
          <h2 id={id} className="measured scroll-mt-28 text-base [overflow-wrap:anywhere]">
            <a href={`#${id}`} className="hover:underline hover:decoration-line-strong hover:underline-offset-4">
              {method} {path}
            </a>
          </h2>
          <p className="mt-2">{summary}.</p>
          <p className="mt-1 text-sm text-muted">
            <TextWithCode text={description} />
          </p>
        </div>
        <Fields title="Parameters" fields={parameters} />
        {body.map((group) => (
          <Fields key={group.title} title={group.title === "Body" ? "Body" : `Body, ${group.title}`} fields={group.fields} />
        ))}
        <Rows title="Answers" rows={answers.map(({ status, text }) => ({ name: status, text: <TextWithCode text={text} /> }))} />
      </div>
      <div className="min-w-0">
        <CodeBlock title={languageName} code={example} />
      </div>
    </article>
  );
}

function Fields({ title, fields }: { title: string; fields: FieldRow[] }) {
  const rows = fields.map((field) => ({
    name: field.name, isRequired: field.required,
    text: (
      <>
        <span className="block text-xs leading-5 [overflow-wrap:anywhere]">{field.type}</span>
        {field.text ? <TextWithCode text={field.text} /> : null}
      </>
    ),
  }));
  return <Rows title={title} rows={rows} />;
}

function Rows({ title, rows }: { title: string; rows: { name: string; isRequired?: boolean; text: ReactNode }[] }) {
  if (rows.length === 0) return null;
  return (
    <div>
      <h3 className="mb-1 text-sm font-medium">{title}</h3>
      <dl className="border-t border-line-strong text-sm">
        {rows.map((row) => (
          <div key={row.name} className="grid gap-x-4 border-b py-2 sm:grid-cols-[minmax(0,2fr)_minmax(0,3fr)]">
            <dt className="measured text-xs leading-5 [overflow-wrap:anywhere]">
              {row.name}
              {row.isRequired ? <span className="ml-2 font-sans text-accent-ink">required</span> : null}
            </dt>
            <dd className="min-w-0 text-muted">{row.text}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}
