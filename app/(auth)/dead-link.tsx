import Link from "next/link";
import { Button } from "@/components/ui/button";

/** Stands where a mailed link leads that does not work any more. */
export function DeadLink({ children, again }: { children: string; again: { href: string; label: string } }) {
  return (
    <div className="grid gap-4">
      <h1 className="text-2xl font-semibold tracking-tight">This link does not work any more</h1>
      <p className="text-muted">{children}</p>
      <p className="flex flex-wrap items-center gap-4">
        <Button asChild variant="primary"><Link href={again.href}>{again.label}</Link></Button>
        <Link href="/sign-in" className="text-accent-ink underline underline-offset-4">Sign in</Link>
      </p>
    </div>
  );
}
