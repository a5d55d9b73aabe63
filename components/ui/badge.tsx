import { cva, type VariantProps } from "class-variance-authority";
import type { ComponentProps } from "react";
import { cn } from "@/components/ui/cn";

const badgeVariants = cva("inline-flex h-5 items-center gap-1 rounded-sm px-1.5 text-xs font-medium whitespace-nowrap [&_svg]:size-3 [&_svg]:shrink-0", {
  variants: {
    tone: {
      neutral: "bg-sunken text-muted",
      outline: "border border-line-strong text-muted",
      now: "bg-accent-wash text-accent-ink",
      ok: "bg-ok-wash text-ok",
      warn: "bg-warn-wash text-warn",
      bad: "bg-bad-wash text-bad",
    },
  },
  defaultVariants: { tone: "neutral" },
});

export type Tone = NonNullable<VariantProps<typeof badgeVariants>["tone"]>;

/** A word about a thing. Colour only repeats what the word says. */
export function Badge({ tone, className, ...props }: ComponentProps<"span"> & { tone?: Tone }) {
  return <span className={cn(badgeVariants({ tone }), className)} {...props} />;
}
