import type { Metadata } from "next";
import Link from "next/link";
import { AcceptForm } from "@/app/(auth)/invite/accept-form";
import { ChangeAccount } from "@/app/(auth)/invite/change-account";
import { NewAccountForm } from "@/app/(auth)/invite/new-account-form";
import { ROLE_WORDS } from "@/components/team/role-words";
import { Button } from "@/components/ui/button";
import { getSignedIn } from "@/lib/http/page";
import { peekInvitation, type Invited } from "@/lib/tenants/joining";

// The address carries a secret: it goes into no referrer.
export const metadata: Metadata = { title: "Invitation", referrer: "no-referrer" };

/** Where the mail of an invitation leads. */
export default async function InvitePage({ searchParams }: { searchParams: Promise<{ token?: string | string[] }> }) {
  const { token } = await searchParams;
  const invited = typeof token === "string" ? await peekInvitation(token) : null;
  const signedIn = await getSignedIn();
  const first = signedIn?.memberships[0];
  if (!invited || typeof token !== "string") return <DeadLink backTo={first ? `/t/${first.slug}` : null} />;
  return (
    <div className="grid gap-6">
      <div className="grid gap-2">
        <h1 className="text-2xl font-semibold tracking-tight wrap-anywhere">Join {invited.workspace}</h1>
        <p className="text-muted wrap-anywhere">
          {invited.inviter} invites <span className="font-mono text-ink">{invited.email}</span> to this workspace. Your role: <span className="text-ink">{ROLE_WORDS[invited.role].name}</span>. {ROLE_WORDS[invited.role].text}
        </p>
      </div>
      <WayIn invited={invited} token={token} email={signedIn?.user.email ?? null} />
    </div>
  );
}

/** What whoever follows the link has to do. `email` is the address that is signed in here. */
function WayIn({ invited, token, email }: { invited: Invited; token: string; email: string | null }) {
  if (email === invited.email) return <AcceptForm token={token} workspace={invited.workspace} />;
  if (email !== null) return <ChangeAccount token={token} email={email} />;
  if (!invited.hasAccount) return <NewAccountForm token={token} email={invited.email} workspace={invited.workspace} />;
  return (
    <div className="grid gap-4">
      <p>This address has an account. Sign in with it; you come back here.</p>
      <Button asChild variant="primary">
        <Link href={`/sign-in?next=${encodeURIComponent(`/invite?token=${token}`)}`}>Sign in</Link>
      </Button>
    </div>
  );
}

function DeadLink({ backTo }: { backTo: string | null }) {
  return (
    <div className="grid gap-4">
      <h1 className="text-2xl font-semibold tracking-tight">This invitation is not valid any more</h1>
      <p className="text-muted">It was used or revoked, a newer mail has taken its place, it is older than 7 days, or whoever sent it may not invite any more. Ask them for a new one; nothing was changed.</p>
      <p className="text-muted">If you have joined already, the workspace is in your list.</p>
      <Link href={backTo ?? "/sign-in"} className="text-accent-ink underline underline-offset-4">{backTo ? "To your workspaces" : "Sign in"}</Link>
    </div>
  );
}
