import Link from "next/link";
import { Wordmark } from "@/components/brand/logo";
import { Container } from "@/components/marketing/container";
import { PhoneNav } from "@/components/marketing/phone-nav";
import { HEADER_LINKS } from "@/components/marketing/site-links";
import { Button } from "@/components/ui/button";

type SiteHeaderProps = { /** The way to where the reader works; null: nobody is signed in. */ home: { href: string; label: string } | null };

/** The head of public pages. */
export function SiteHeader({ home }: SiteHeaderProps) {
  return (
    <header className="sticky top-0 z-30 border-b bg-paper">
      <Container className="flex h-14 items-center gap-2">
        <Link href="/" aria-label="Stint, home" className="mr-auto rounded md:mr-8">
          <Wordmark />
        </Link>
        <nav aria-label="Main" className="mr-auto hidden gap-6 text-sm md:flex">
          {HEADER_LINKS.map((link) => (
            <Link key={link.href} href={link.href} className="text-muted transition-colors hover:text-ink">
              {link.label}
            </Link>
          ))}
        </nav>
        {home ? null : (
          <Button asChild variant="ghost" className="max-md:hidden">
            <Link href="/sign-in">Sign in</Link>
          </Button>
        )}
        <Button asChild variant="primary">
          {home ? <Link href={home.href}>{home.label}</Link> : <Link href="/sign-up">Create account</Link>}
        </Button>
        <PhoneNav links={[...HEADER_LINKS, home ?? { href: "/sign-in", label: "Sign in" }]} />
      </Container>
    </header>
  );
}
