import type { ComponentProps, ReactNode } from "react";
import { cn } from "@/components/ui/cn";

/*
 * Rows of 36 px where people compare; where there is little room (a phone, half a page) each row becomes an item of a
 * list with its labels inside. The table asks its own width, not the window's.
 * The roles are written out because `display: block` would otherwise take the table's meaning away from screen readers.
 */

export function Table({ className, ...props }: ComponentProps<"table">) {
  return (
    <div className="@container">
      <table role="table" className={cn("w-full border-collapse text-sm @max-2xl:block", className)} {...props} />
    </div>
  );
}

export function TableHead({ className, ...props }: ComponentProps<"thead">) {
  return <thead role="rowgroup" className={cn("@max-2xl:sr-only", className)} {...props} />;
}

export function TableBody({ className, ...props }: ComponentProps<"tbody">) {
  return <tbody role="rowgroup" className={cn("@max-2xl:block", className)} {...props} />;
}

/** `interactive` is for rows whose first cell holds a link that covers the row (`rowLinkClasses`). */
export function TableRow({ className, interactive = false, ...props }: ComponentProps<"tr"> & { interactive?: boolean }) {
  return (
    <tr
      role="row"
      className={cn(
        "relative border-b last:border-b-0 @max-2xl:grid @max-2xl:grid-cols-2 @max-2xl:@md:grid-cols-4 @max-2xl:gap-x-4 @max-2xl:gap-y-2 @max-2xl:px-4 @max-2xl:py-3",
        interactive && "hover:bg-sunken/60 has-[a:focus-visible]:bg-sunken/60",
        className,
      )}
      {...props}
    />
  );
}

type Align = { align?: "left" | "right" };

export function TableHeader({ className, align = "left", ...props }: Omit<ComponentProps<"th">, "align"> & Align) {
  return (
    <th
      role="columnheader"
      scope="col"
      className={cn("h-9 border-b px-3 text-xs font-normal whitespace-nowrap text-muted first:pl-4 last:pr-4", align === "right" ? "text-right" : "text-left", className)}
      {...props}
    />
  );
}

type TableCellProps = Omit<ComponentProps<"td">, "align"> &
  Align & {
    /** The column's name, shown above the value in a list. Leave it out for the cell that names the row: it then spans the item. */
    label?: string;
    children?: ReactNode;
  };

export function TableCell({ className, align = "left", label, children, ...props }: TableCellProps) {
  return (
    <td
      role="cell"
      className={cn(
        "min-w-0 px-3 @2xl:h-9 @2xl:first:pl-4 @2xl:last:pr-4 @max-2xl:p-0",
        align === "right" ? "@2xl:text-right" : "text-left",
        !label && "@max-2xl:col-span-full",
        className,
      )}
      {...props}
    >
      {label ? (
        <span aria-hidden="true" className="block text-xs text-muted @2xl:hidden">
          {label}
        </span>
      ) : null}
      {children}
    </td>
  );
}

/** For the one link of an interactive row: its target covers the whole row. */
export const rowLinkClasses = "font-medium text-ink after:absolute after:inset-0 after:content-[''] focus-visible:outline-offset-4";
