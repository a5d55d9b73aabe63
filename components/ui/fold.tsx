"use client";

import { ChevronRight } from "lucide-react";
import { useEffect, useRef, type ReactNode } from "react";

type FoldProps = {
  title: string;
  /** What is inside, in a few words, for who leaves it shut. */
  digest?: string;
  /** True opens it; what a person opened stays open. */
  open?: boolean;
  children: ReactNode;
};

/** A part of a form that most people leave as it is. */
export function Fold({ title, digest, open = false, children }: FoldProps) {
  const box = useRef<HTMLDetailsElement>(null);
  useEffect(() => {
    if (open && box.current) box.current.open = true;
  }, [open]);
  return (
    <details ref={box} className="group rounded-lg border border-line">
      <summary className="flex min-h-10 list-none items-center gap-2 rounded-lg px-3 text-sm hover:bg-sunken [&::-webkit-details-marker]:hidden">
        <ChevronRight aria-hidden="true" className="size-4 shrink-0 text-muted transition-transform group-open:rotate-90" />
        <span className="font-medium">{title}</span>
        {digest ? <span className="ml-auto truncate text-xs text-muted">{digest}</span> : null}
      </summary>
      <div className="grid grid-cols-1 gap-6 border-t p-4">{children}</div>
    </details>
  );
}
