import Link from "next/link";
import type { ReactNode } from "react";

type PageHeaderProps = {
  title: ReactNode;
  /** One sentence under the title. */
  description?: ReactNode;
  /** The one primary action, at the right. */
  action?: ReactNode;
  /** Where this page hangs: a link back up. */
  back?: { href: string; label: string };
};

/** The head of every page of the application. */
export function PageHeader({ title, description, action, back }: PageHeaderProps) {
  return (
    <header className="mb-6">
      {back ? (
        <Link href={back.href} className="mb-1 inline-block text-sm text-muted hover:text-ink">
          <span aria-hidden="true">← </span>
          {back.label}
        </Link>
      ) : null}
      <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-3">
        <h1 className="min-w-0 text-2xl">{title}</h1>
        {action ? <div className="flex items-center gap-2">{action}</div> : null}
      </div>
      {description ? <p className="mt-1 max-w-prose text-sm text-muted">{description}</p> : null}
    </header>
  );
}
