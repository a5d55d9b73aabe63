"use client";

import Link from "next/link";
import { usePathname } from "next/navigation";
import { accountSections, adminSections, isActiveSection, tenantSections } from "@/components/shell/sections";

/** The staff's sections; `billing`: something is sold here. */
export type StaffSections = { staff: true; billing: boolean };

type SectionNavProps = {
  /** Whose sections: a workspace's by its slug, the staff's, or those about oneself. */
  of: { tenant: string; billing: boolean } | StaffSections | "account";
  onNavigate?: () => void;
};

/** The list of sections, with the present one marked by a tick. */
export function SectionNav({ of, onNavigate }: SectionNavProps) {
  const pathname = usePathname();
  const sections = of === "account" ? accountSections() : "staff" in of ? adminSections(of) : tenantSections(of.tenant, of);
  return (
    <nav aria-label="Sections">
      <ul className="grid gap-px">
        {sections.map((section) => {
          const active = isActiveSection(section, pathname);
          const Icon = section.icon;
          return (
            <li key={section.href}>
              <Link
                href={section.href}
                aria-current={active ? "page" : undefined}
                onClick={onNavigate}
                className="relative flex h-8 items-center gap-2.5 rounded px-2 text-sm text-muted transition-colors hover:bg-sunken hover:text-ink aria-[current=page]:bg-sunken aria-[current=page]:font-medium aria-[current=page]:text-ink aria-[current=page]:before:absolute aria-[current=page]:before:-left-3 aria-[current=page]:before:h-4 aria-[current=page]:before:w-0.5 aria-[current=page]:before:bg-accent max-md:h-11 max-md:text-base"
              >
                <Icon aria-hidden="true" className="size-4 shrink-0" strokeWidth={1.75} />
                {section.label}
              </Link>
            </li>
          );
        })}
      </ul>
    </nav>
  );
}
