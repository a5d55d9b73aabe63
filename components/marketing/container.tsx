import type { ComponentProps, ReactNode } from "react";
import { cn } from "@/components/ui/cn";

/** The width of public pages. */
export function Container({ className, ...props }: ComponentProps<"div">) {
  return <div className={cn("mx-auto w-full max-w-[1200px] px-4 sm:px-6 lg:px-10", className)} {...props} />;
}

type SectionProps = { id?: string; title: ReactNode; lead?: ReactNode; children: ReactNode };

/** A part of a public page: a large heading, a few words, then what it is about. */
export function Section({ id, title, lead, children }: SectionProps) {
  return (
    <section id={id} className="border-t py-16 md:py-24">
      <Container>
        <h2 className="max-w-[26ch] text-title">{title}</h2>
        {lead ? <p className="mt-4 max-w-[62ch] text-base text-muted text-pretty">{lead}</p> : null}
        <div className="mt-10">{children}</div>
      </Container>
    </section>
  );
}

/** The head of a page of text. */
export function TextPageHeader({ title, lead }: { title: string; lead?: ReactNode }) {
  return (
    <header className="pt-12 pb-10 md:pt-20">
      <h1 className="max-w-[24ch] text-title">{title}</h1>
      {lead ? <p className="mt-4 max-w-[62ch] text-lead text-muted text-pretty">{lead}</p> : null}
    </header>
  );
}
