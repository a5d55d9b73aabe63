"use client";

import { BookOpen, ChevronsUpDown, CircleUser, LogOut, ShieldCheck } from "lucide-react";
import Link from "next/link";
import { useRef } from "react";
import type { ShellUser, SignOutAction } from "@/components/shell/shell-data";
import { ThemeMenuItems } from "@/components/theme/theme-menu-items";
import { DropdownMenu, DropdownMenuContent, DropdownMenuItem, DropdownMenuSeparator, DropdownMenuTrigger } from "@/components/ui/dropdown-menu";

/** Who is signed in: documentation, the back office for staff, theme, sign out. */
export function UserMenu({ user, signOutAction }: { user: ShellUser; signOutAction: SignOutAction }) {
  // The form stands outside the menu: the menu's items are gone from the page before a submit of theirs would arrive.
  const form = useRef<HTMLFormElement>(null);
  return (
    <>
      <form ref={form} action={signOutAction} hidden />
      <DropdownMenu>
        <DropdownMenuTrigger
          aria-label={`Account of ${user.name}`}
          className="flex h-11 w-full items-center gap-2 rounded px-2 text-left transition-colors hover:bg-sunken data-[state=open]:bg-sunken"
        >
          <span className="min-w-0 flex-1">
            <span className="block truncate text-sm">{user.name}</span>
            <span className="block truncate text-xs text-muted">{user.email}</span>
          </span>
          <ChevronsUpDown aria-hidden="true" className="size-3.5 shrink-0 text-faint" />
        </DropdownMenuTrigger>
        <DropdownMenuContent side="top" className="w-56">
          {user.isStaff ? (
            <DropdownMenuItem asChild>
              <Link href="/admin">
                <ShieldCheck aria-hidden="true" />
                Back office
              </Link>
            </DropdownMenuItem>
          ) : null}
          <DropdownMenuItem asChild>
            <Link href="/account">
              <CircleUser aria-hidden="true" />
              Account
            </Link>
          </DropdownMenuItem>
          <DropdownMenuItem asChild>
            <Link href="/docs">
              <BookOpen aria-hidden="true" />
              Documentation
            </Link>
          </DropdownMenuItem>
          <DropdownMenuSeparator />
          <ThemeMenuItems />
          <DropdownMenuSeparator />
          <DropdownMenuItem onSelect={() => form.current?.requestSubmit()}>
            <LogOut aria-hidden="true" />
            Sign out
          </DropdownMenuItem>
        </DropdownMenuContent>
      </DropdownMenu>
    </>
  );
}
