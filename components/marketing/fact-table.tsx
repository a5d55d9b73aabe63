import type { ReactNode } from "react";

type FactTableProps = { caption: string; head: [string, string]; rows: { name: string; text: ReactNode; id?: string }[] };

/** Names and what they mean, side by side; on phones one above the other. */
export function FactTable({ caption, head, rows }: FactTableProps) {
  return (
    <table className="w-full border-collapse text-sm max-sm:block">
      <caption className="sr-only">{caption}</caption>
      <thead className="text-xs text-muted max-sm:sr-only">
        <tr className="border-b border-line-strong">
          <th scope="col" className="h-9 pr-6 text-left font-normal">
            {head[0]}
          </th>
          <th scope="col" className="h-9 text-left font-normal">
            {head[1]}
          </th>
        </tr>
      </thead>
      <tbody className="max-sm:block">
        {rows.map((row) => (
          <tr key={row.name} id={row.id} className="border-b align-top target:bg-accent-wash max-sm:block max-sm:py-2">
            <th scope="row" className="measured py-2 pr-6 text-left text-xs leading-5 font-normal whitespace-nowrap max-sm:block max-sm:py-0 max-sm:pr-0 max-sm:whitespace-normal">
              {row.name}
            </th>
            <td className="py-2 text-muted max-sm:block max-sm:py-0">{row.text}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
