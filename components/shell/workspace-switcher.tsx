"use client";

import { Check, ChevronsUpDown, Plus } from "lucide-react";
import Link from "next/link";
import type { ShellTenant } from "@/components/shell/shell-data";
import { DropdownMenu, DropdownMenuContent, DropdownMenuItem, DropdownMenuLabel, DropdownMenuSeparator, DropdownMenuTrigger } from "@/components/ui/dropdown-menu";

type WorkspaceSwitcherProps = { tenant: ShellTenant; tenants: { slug: string; name: string }[] };

/** A square with the first letter of a workspace's name. */
export function WorkspaceInitial({ name }: { name: string }) {
  return (
    <span aria-hidden="true" className="grid size-6 shrink-0 place-items-center rounded-sm bg-ink text-xs font-semibold text-paper uppercase">
      {Array.from(name.trim())[0] ?? "·"}
    </span>
  );
}

/** Names the workspace and leads to the others, and to a new one. */
export function WorkspaceSwitcher({ tenant, tenants }: WorkspaceSwitcherProps) {
  return (
    <DropdownMenu>
      <DropdownMenuTrigger
        aria-label={`Workspace ${tenant.name}, switch`}
        className="flex h-10 w-full items-center gap-2 rounded px-2 text-left text-sm transition-colors hover:bg-sunken data-[state=open]:bg-sunken"
      >
        <WorkspaceInitial name={tenant.name} />
        <span className="min-w-0 flex-1 truncate font-medium">{tenant.name}</span>
        <ChevronsUpDown aria-hidden="true" className="size-3.5 shrink-0 text-faint" />
      </DropdownMenuTrigger>
      <DropdownMenuContent className="w-56">
        <DropdownMenuLabel>Workspaces</DropdownMenuLabel>
        {tenants.map((other) => (
          <DropdownMenuItem key={other.slug} asChild>
            <Link href={`/t/${other.slug}`}>
              <span className="min-w-0 flex-1 truncate">{other.name}</span>
              {other.slug === tenant.slug ? <Check aria-label="Current" /> : null}
            </Link>
          </DropdownMenuItem>
        ))}
        <DropdownMenuSeparator />
        <DropdownMenuItem asChild>
          <Link href="/welcome">
            <Plus aria-hidden="true" />
            New workspace
          </Link>
        </DropdownMenuItem>
      </DropdownMenuContent>
    </DropdownMenu>
  );
}
