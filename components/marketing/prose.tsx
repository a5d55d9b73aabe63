import type { ComponentProps } from "react";
import { cn } from "@/components/ui/cn";

/** A column of text of a comfortable width, with room between its parts. */
export function Prose({ className, ...props }: ComponentProps<"div">) {
  return (
    <div
      className={cn(
        "grid max-w-[68ch] gap-4 text-base text-muted [&_a]:text-ink [&_a]:underline [&_a]:decoration-line-strong [&_a]:underline-offset-4 hover:[&_a]:decoration-current [&_h2]:mt-8 [&_h2]:text-2xl [&_h2]:text-ink [&_h3]:mt-4 [&_h3]:text-base [&_h3]:text-ink [&_li]:pl-1 [&_ol]:grid [&_ol]:list-decimal [&_ol]:gap-2 [&_ol]:pl-5 [&_strong]:font-medium [&_strong]:text-ink [&_ul]:grid [&_ul]:list-disc [&_ul]:gap-2 [&_ul]:pl-5 [&_ul]:marker:text-line-strong",
        className,
      )}
      {...props}
    />
  );
}

/** A name from code in a sentence. */
export function Code({ className, ...props }: ComponentProps<"code">) {
  return <code className={cn("rounded-sm bg-sunken px-1 py-0.5 text-[0.875em] text-ink [overflow-wrap:anywhere]", className)} {...props} />;
}

/** A sentence in which `names` stand between backticks, with those set as code. */
export function TextWithCode({ text }: { text: string }) {
  return text.split("`").map((part, index) => (index % 2 === 1 ? <Code key={index}>{part}</Code> : part));
}
