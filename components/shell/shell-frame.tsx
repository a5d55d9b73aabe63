import Link from "next/link";
import type { ReactNode } from "react";
import { LogoMark } from "@/components/brand/logo";
import { SkipLink } from "@/components/shell/skip-link";
import { ToastProvider } from "@/components/ui/toast";

type ShellFrameProps = {
  /** Where the mark leads. */
  homeHref: string;
  /** The name beside the mark on phones. */
  name: string;
  sidebarTop: ReactNode;
  nav: ReactNode;
  sidebarFoot: ReactNode;
  phoneMenu: ReactNode;
  children: ReactNode;
};

/** The frame of every signed-in page: a sidebar of 232 px, on phones a bar and a sheet; the content at most 1,200 px wide. */
export function ShellFrame({ homeHref, name, sidebarTop, nav, sidebarFoot, phoneMenu, children }: ShellFrameProps) {
  return (
    <ToastProvider>
      <SkipLink />
      <div className="md:grid md:min-h-dvh md:grid-cols-[232px_minmax(0,1fr)]">
        <aside className="sticky top-0 hidden h-dvh flex-col border-r md:flex">
          <div className="flex items-center gap-1 p-3">{sidebarTop}</div>
          <div className="scroll-quiet min-h-0 flex-1 overflow-y-auto px-3 py-1">{nav}</div>
          <div className="grid grid-cols-[minmax(0,1fr)] gap-1 p-3">{sidebarFoot}</div>
        </aside>
        <header className="sticky top-0 z-30 flex h-12 items-center gap-2 border-b bg-paper pr-1 pl-4 md:hidden">
          <Link href={homeHref} className="flex min-w-0 flex-1 items-center gap-2 text-sm font-medium">
            <LogoMark />
            <span className="truncate">{name}</span>
          </Link>
          {phoneMenu}
        </header>
        <main id="content" tabIndex={-1} className="min-w-0 focus-visible:outline-none">
          <div className="mx-auto w-full max-w-[1200px] px-4 py-6 sm:px-6 md:py-8 lg:px-10">{children}</div>
        </main>
      </div>
    </ToastProvider>
  );
}
