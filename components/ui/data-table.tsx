import Link from "next/link";
import type { ReactNode } from "react";
import { rowLinkClasses, Table, TableBody, TableCell, TableHead, TableHeader, TableRow } from "@/components/ui/table";

export type Column<Row> = {
  id: string;
  /** Empty for the controls of a row: only screen readers are told what they are. */
  header: string;
  cell: (row: Row) => ReactNode;
  align?: "left" | "right";
  /** Names the row: spans the item in a list and carries the row's link. Exactly one column. */
  primary?: boolean;
  /** Shown only where there is plenty of room. */
  wideOnly?: boolean;
  className?: string;
};

type DataTableProps<Row> = {
  /** What the table lists, for screen readers. */
  caption: string;
  columns: Column<Row>[];
  rows: readonly Row[];
  rowKey: (row: Row) => string;
  /** Where pressing a row leads. */
  rowHref?: (row: Row) => string;
};

/** A list of like things: a dense table, and where there is little room a list. Show an `EmptyState` instead when there are no rows. */
export function DataTable<Row>({ caption, columns, rows, rowKey, rowHref }: DataTableProps<Row>) {
  return (
    <Table>
      <caption className="sr-only">{caption}</caption>
      <TableHead>
        <tr role="row">
          {columns.map((column) => (
            <TableHeader key={column.id} align={column.align} className={column.wideOnly ? "@max-4xl:hidden" : undefined}>
              {column.header || <span className="sr-only">Actions</span>}
            </TableHeader>
          ))}
        </tr>
      </TableHead>
      <TableBody>
        {rows.map((row) => (
          <TableRow key={rowKey(row)} interactive={Boolean(rowHref)}>
            {columns.map((column) => (
              <TableCell
                key={column.id}
                align={column.align}
                label={column.primary ? undefined : column.header}
                className={[column.wideOnly ? "@max-4xl:hidden" : "", column.className ?? ""].join(" ")}
              >
                {column.primary && rowHref ? (
                  <Link href={rowHref(row)} className={rowLinkClasses}>
                    {column.cell(row)}
                  </Link>
                ) : (
                  column.cell(row)
                )}
              </TableCell>
            ))}
          </TableRow>
        ))}
      </TableBody>
    </Table>
  );
}
