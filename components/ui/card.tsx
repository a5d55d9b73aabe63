import type { ComponentProps, ReactNode } from "react";
import { cn } from "@/components/ui/cn";

/** A sheet of surface with a hairline around it. */
export function Card({ className, ...props }: ComponentProps<"section">) {
  return <section className={cn("min-w-0 rounded-lg border border-line bg-surface", className)} {...props} />;
}

type CardHeaderProps = { title: ReactNode; description?: ReactNode; action?: ReactNode; className?: string; headingId?: string };

/** Title, one line about it, and an action at the right. */
export function CardHeader({ title, description, action, className, headingId }: CardHeaderProps) {
  return (
    <header className={cn("flex flex-wrap items-start justify-between gap-x-4 gap-y-2 px-4 pt-4", className)}>
      <div className="min-w-0 flex-1 basis-48">
        <h2 id={headingId} className="text-base font-medium">
          {title}
        </h2>
        {description ? <p className="mt-0.5 max-w-prose text-sm text-muted">{description}</p> : null}
      </div>
      {action ? <div className="flex shrink-0 items-center gap-2">{action}</div> : null}
    </header>
  );
}

export function CardBody({ className, ...props }: ComponentProps<"div">) {
  return <div className={cn("p-4", className)} {...props} />;
}

/** The foot of a card: a hairline, a remark at the left, actions at the right. */
export function CardFooter({ className, ...props }: ComponentProps<"footer">) {
  return <footer className={cn("flex flex-wrap items-center justify-between gap-2 border-t px-4 py-3 text-xs text-muted", className)} {...props} />;
}
