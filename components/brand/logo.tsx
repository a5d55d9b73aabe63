import { cn } from "@/components/ui/cn";

/** The mark: four ticks and one long one, hanging from the edge of a ruler; the long one is now. Decorative unless `title` is given. */
export function LogoMark({ className, title }: { className?: string; title?: string }) {
  return (
    <svg viewBox="0 0 20 20" role={title ? "img" : undefined} aria-label={title} aria-hidden={title ? undefined : true} className={cn("size-5 shrink-0", className)}>
      <path d="M1 2h2v8H1zM5 2h2v8H5zM9 2h2v8H9zM13 2h2v8h-2z" fill="currentColor" />
      <path d="M17 2h2v16h-2z" className="fill-accent" />
    </svg>
  );
}

/** Mark and name. */
export function Wordmark({ className }: { className?: string }) {
  return (
    <span className={cn("inline-flex items-center gap-2 text-base font-semibold tracking-[-0.03em] text-ink", className)}>
      <LogoMark />
      Stint
    </span>
  );
}
