import { Check } from "lucide-react";
import { useId, type ComponentProps, type ReactNode } from "react";
import { cn } from "@/components/ui/cn";

/** The browser's own checkbox in our ink. Prefer `CheckboxField`, which brings its label. */
export function Checkbox({ className, ...props }: Omit<ComponentProps<"input">, "type">) {
  return (
    <span className="relative inline-grid size-4 shrink-0 place-items-center">
      <input
        type="checkbox"
        className={cn(
          "peer size-4 appearance-none rounded-sm border border-control bg-surface transition-colors checked:border-ink checked:bg-ink hover:border-muted disabled:cursor-not-allowed disabled:opacity-50 aria-invalid:border-bad",
          className,
        )}
        {...props}
      />
      <Check aria-hidden="true" strokeWidth={3} className="pointer-events-none absolute size-3 text-paper opacity-0 peer-checked:opacity-100" />
    </span>
  );
}

type CheckboxFieldProps = Omit<ComponentProps<typeof Checkbox>, "id"> & { label: ReactNode; hint?: ReactNode };

/** A checkbox with a label that can be pressed, and a line of help. */
export function CheckboxField({ label, hint, ...props }: CheckboxFieldProps) {
  const id = useId();
  return (
    <div className="flex items-start gap-2">
      <span className="flex h-5 items-center">
        <Checkbox id={id} aria-describedby={hint ? `${id}-hint` : undefined} {...props} />
      </span>
      <div className="min-w-0">
        <label htmlFor={id} className="text-sm text-ink">
          {label}
        </label>
        {hint ? (
          <p id={`${id}-hint`} className="text-xs text-muted">
            {hint}
          </p>
        ) : null}
      </div>
    </div>
  );
}
