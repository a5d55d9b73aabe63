import Link from "next/link";
import type { ReactNode } from "react";
import { Container } from "@/components/marketing/container";

export const DOCS_SECTIONS = [
  { id: "quick-start", title: "Quick start" },
  { id: "authentication", title: "Authentication" },
  { id: "runs", title: "Runs" },
  { id: "streaming", title: "Streaming" },
  { id: "openai", title: "OpenAI clients" },
  { id: "webhooks", title: "Webhooks" },
  { id: "usage", title: "Usage" },
  { id: "lists", title: "Lists" },
  { id: "idempotency", title: "Repeating safely" },
  { id: "limits", title: "Rate limits" },
  { id: "errors", title: "Errors" },
  { id: "reference", title: "All routes" },
] as const;

export type DocsSectionId = (typeof DOCS_SECTIONS)[number]["id"];

/** Contents at the left, text at the right; on phones the contents come first. */
export function DocsLayout({ children }: { children: ReactNode }) {
  return (
    <Container className="grid gap-x-16 pb-24 lg:grid-cols-[180px_minmax(0,1fr)]">
      <nav aria-label="Contents" className="pt-10 lg:sticky lg:top-14 lg:max-h-[calc(100dvh-3.5rem)] lg:self-start lg:overflow-y-auto lg:pt-16">
        <ul className="grid grid-cols-2 gap-x-4 border-b pb-6 text-sm sm:grid-cols-3 lg:grid-cols-1 lg:border-b-0 lg:border-l lg:pb-0">
          {DOCS_SECTIONS.map((section) => (
            <li key={section.id}>
              <Link href={`/docs#${section.id}`} className="-ml-px flex min-h-8 items-center text-muted transition-colors hover:text-ink lg:border-l lg:border-transparent lg:pl-4 lg:hover:border-ink">
                {section.title}
              </Link>
            </li>
          ))}
          <li>
            <Link href="/docs/api" className="-ml-px flex min-h-8 items-center text-muted transition-colors hover:text-ink lg:border-l lg:border-transparent lg:pl-4 lg:hover:border-ink">
              API reference
            </Link>
          </li>
          <li>
            <Link href="/docs/errors" className="-ml-px flex min-h-8 items-center text-muted transition-colors hover:text-ink lg:border-l lg:border-transparent lg:pl-4 lg:hover:border-ink">
              Error codes
            </Link>
          </li>
        </ul>
      </nav>
      <div className="min-w-0">{children}</div>
    </Container>
  );
}

type DocsSectionProps = { id: DocsSectionId; children: ReactNode; aside?: ReactNode };

/** A part of the documentation: words at the left, code at the right where there is room. */
export function DocsSection({ id, children, aside }: DocsSectionProps) {
  const title = DOCS_SECTIONS.find((section) => section.id === id)?.title;
  return (
    <section id={id} className="grid gap-x-10 gap-y-6 border-t py-10 xl:grid-cols-2">
      <div className={aside ? "min-w-0" : "min-w-0 xl:col-span-2"}>
        <h2 className="mb-4 text-2xl">
          <a href={`#${id}`} className="hover:underline hover:decoration-line-strong hover:underline-offset-4">
            {title}
          </a>
        </h2>
        {children}
      </div>
      {aside ? <div className="grid min-w-0 content-start gap-4">{aside}</div> : null}
    </section>
  );
}
