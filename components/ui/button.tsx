import { cva, type VariantProps } from "class-variance-authority";
import { Slot } from "radix-ui";
import type { ComponentProps } from "react";
import { cn } from "@/components/ui/cn";
import { Spinner } from "@/components/ui/spinner";

/** Class names of a button, for the rare element that must look like one. */
export const buttonVariants = cva(
  "inline-flex shrink-0 items-center justify-center gap-2 rounded font-medium whitespace-nowrap select-none transition-colors duration-100 disabled:cursor-not-allowed disabled:opacity-50 aria-busy:opacity-80 aria-disabled:pointer-events-none aria-disabled:opacity-50 [&_svg]:shrink-0",
  {
    variants: {
      variant: {
        primary: "bg-accent text-on-accent hover:bg-accent-hover",
        secondary: "border border-line-strong bg-surface text-ink hover:border-control hover:bg-sunken",
        ghost: "text-muted hover:bg-sunken hover:text-ink",
        danger: "bg-bad-solid text-on-bad hover:brightness-90",
        "danger-quiet": "border border-line-strong bg-surface text-bad hover:border-bad hover:bg-bad-wash",
        link: "h-auto p-0 text-ink underline decoration-line-strong underline-offset-4 hover:decoration-current",
      },
      size: {
        sm: "h-7 px-2 text-xs [&_svg:not([class*='size-'])]:size-3.5",
        md: "h-9 px-3 text-sm [&_svg:not([class*='size-'])]:size-4",
        lg: "h-11 px-5 text-base [&_svg:not([class*='size-'])]:size-4",
        icon: "size-9 [&_svg:not([class*='size-'])]:size-4",
        "icon-sm": "size-7 [&_svg:not([class*='size-'])]:size-3.5",
      },
    },
    compoundVariants: [{ variant: "link", class: "h-auto px-0" }],
    defaultVariants: { variant: "secondary", size: "md" },
  },
);

type ButtonProps = ComponentProps<"button"> &
  VariantProps<typeof buttonVariants> & {
    /** Shows a spinner, keeps the words, and takes no second click. */
    loading?: boolean;
    /** Gives the looks to the only child (a link, for example) instead of rendering a `<button>`. */
    asChild?: boolean;
  };

/** A button. `variant="primary"` is for the one thing to do on a screen. `type` defaults to `button`; use `SubmitButton` in forms. */
export function Button({ variant, size, loading = false, asChild = false, className, children, disabled, ...props }: ButtonProps) {
  const classes = cn(buttonVariants({ variant, size }), className);
  if (asChild) {
    return (
      <Slot.Root className={classes} {...props}>
        {children}
      </Slot.Root>
    );
  }
  return (
    <button type="button" className={classes} disabled={disabled || loading} aria-busy={loading || undefined} {...props}>
      {loading ? <Spinner /> : null}
      {children}
    </button>
  );
}
