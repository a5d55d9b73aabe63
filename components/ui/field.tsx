import { CircleAlert } from "lucide-react";
import { useId, type ComponentProps, type ReactNode } from "react";
import { cn } from "@/components/ui/cn";
import { Input } from "@/components/ui/input";
import { Label } from "@/components/ui/label";
import { Select } from "@/components/ui/select";
import { Textarea } from "@/components/ui/textarea";

/** What `Field` hands to its control so that label, hint and error belong to it. */
export type FieldControl = {
  id: string;
  "aria-describedby": string | undefined;
  "aria-invalid": true | undefined;
  required: boolean | undefined;
};

type FieldProps = {
  label: ReactNode;
  hint?: ReactNode;
  /** What is wrong and how to put it right; nothing while the field is fine. */
  error?: string | null | undefined;
  required?: boolean | undefined;
  /** Says "optional" beside the label. */
  optional?: boolean | undefined;
  className?: string | undefined;
};

/** A label, a control, a hint and an error, wired for screen readers. The control is drawn by the child function. */
export function Field({ label, hint, error, required, optional, className, children }: FieldProps & { children: (control: FieldControl) => ReactNode }) {
  const id = useId();
  const hintId = hint && !error ? `${id}-hint` : undefined;
  const errorId = error ? `${id}-error` : undefined;
  const describedBy = [errorId, hintId].filter(Boolean).join(" ") || undefined;
  return (
    <div className={cn("grid content-start gap-1.5", className)}>
      <Label htmlFor={id} className="flex items-baseline justify-between gap-2">
        {label}
        {optional ? <span className="text-xs font-normal text-faint">optional</span> : null}
      </Label>
      {children({ id, "aria-describedby": describedBy, "aria-invalid": error ? true : undefined, required })}
      {error ? (
        <p id={errorId} className="flex items-start gap-1.5 text-xs text-bad">
          <CircleAlert aria-hidden="true" className="mt-px size-3.5 shrink-0" />
          {error}
        </p>
      ) : null}
      {hint && !error ? (
        <p id={hintId} className="text-xs text-muted">
          {hint}
        </p>
      ) : null}
    </div>
  );
}

function splitFieldProps<P extends FieldProps>({ label, hint, error, required, optional, className, ...control }: P) {
  return [{ label, hint, error, required, optional, className }, control] as const;
}

type Wired<C extends "input" | "textarea" | "select"> = FieldProps & Omit<ComponentProps<C>, keyof FieldProps | "id" | "aria-invalid" | "aria-describedby">;

/** `Field` with an `Input`. Everything that is not the field's own goes to the control. */
export function TextField(props: Wired<"input">) {
  const [field, control] = splitFieldProps(props);
  return <Field {...field}>{(wired) => <Input {...control} {...wired} />}</Field>;
}

/** `Field` with a `Textarea`. */
export function TextareaField(props: Wired<"textarea">) {
  const [field, control] = splitFieldProps(props);
  return <Field {...field}>{(wired) => <Textarea {...control} {...wired} />}</Field>;
}

/** `Field` with a `Select`; children are `<option>`s. */
export function SelectField(props: Wired<"select">) {
  const [field, control] = splitFieldProps(props);
  return <Field {...field}>{(wired) => <Select {...control} {...wired} />}</Field>;
}
