import Link from "next/link";
import { Wordmark } from "@/components/brand/logo";
import { Container } from "@/components/marketing/container";
import { FOOTER_LINKS } from "@/components/marketing/site-links";
import { ThemeSwitch } from "@/components/theme/theme-switch";

/** The foot of public pages. */
export function SiteFooter() {
  return (
    <footer className="border-t">
      <Container className="py-12">
        <div className="flex flex-wrap items-start justify-between gap-8">
          <div>
            <Wordmark />
            <p className="mt-3 max-w-[40ch] text-sm text-muted">
              A stint is a spell of work; to stint is to limit. Run it on your own machine with every feature on.
            </p>
          </div>
          <nav aria-label="Footer" className="grid grid-cols-2 gap-x-12 gap-y-2 text-sm sm:grid-cols-3">
            {FOOTER_LINKS.map((link) => (
              <Link key={link.href} href={link.href} className="text-muted transition-colors hover:text-ink">
                {link.label}
              </Link>
            ))}
          </nav>
        </div>
        <div className="mt-10 flex items-center justify-between">
          <span className="text-xs text-faint">Open source, Apache-2.0</span>
          <ThemeSwitch />
        </div>
      </Container>
    </footer>
  );
}
