"use client";

import { Menu } from "lucide-react";
import Link from "next/link";
import { usePathname } from "next/navigation";

/** The public pages' menu on phones: a `<details>`, so that it opens without scripts; a new one, closed, for every page. */
export function PhoneNav({ links }: { links: readonly { href: string; label: string }[] }) {
  const pathname = usePathname();
  return (
    <details key={pathname} className="md:hidden">
      <summary aria-label="Menu" className="-mr-2 grid size-11 list-none place-items-center rounded text-muted [&::-webkit-details-marker]:hidden">
        <Menu aria-hidden="true" className="size-5" />
      </summary>
      <nav aria-label="Menu" className="absolute inset-x-0 top-14 grid border-b bg-paper p-2 shadow-float">
        {links.map((link) => (
          <Link key={link.href} href={link.href} className="flex h-11 items-center rounded px-2 text-base">
            {link.label}
          </Link>
        ))}
      </nav>
    </details>
  );
}
