import Link from "next/link";
import { Button } from "@/components/ui/button";

/** Says where to look after a mail was asked for. It says the same whether or not the address is known. */
export function CheckMail({ email, onAgain, children }: { email: string; /** Shows the form once more. */ onAgain: () => void; children: string }) {
  return (
    <div className="grid gap-4">
      <h1 className="text-2xl font-semibold tracking-tight">Check your mail</h1>
      <p className="text-muted">
        We have sent a mail to <span className="font-mono break-all text-ink">{email}</span>. {children}
      </p>
      <p className="text-muted">Nothing there after a minute? Check the spam folder, or <Button variant="link" onClick={onAgain}>ask again</Button>.</p>
      <Link href="/sign-in" className="text-accent-ink underline underline-offset-4">
        To the sign-in page
      </Link>
    </div>
  );
}
