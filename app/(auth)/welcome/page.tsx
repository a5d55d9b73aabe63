import type { Metadata } from "next";
import Link from "next/link";
import { redirect } from "next/navigation";
import { WorkspaceForm } from "@/app/(auth)/welcome/workspace-form";
import { getSignedIn } from "@/lib/http/page";
import { rememberedSignUp } from "@/lib/http/session-cookies";
import { peekSignUp } from "@/lib/users/service";

// The address carries a secret: it goes into no referrer.
export const metadata: Metadata = { title: "Name your workspace", referrer: "no-referrer" };

/** Where the mailed link leads, and where somebody signed in makes another workspace. */
export default async function WelcomePage({ searchParams }: { searchParams: Promise<{ token?: string | string[] }> }) {
  const { token } = await searchParams;
  const invited = typeof token === "string" ? await peekSignUp(token) : null;
  const signedIn = invited ? null : await getSignedIn();
  // Back on the link that made the account: it did what it was for.
  const own = signedIn?.memberships[0];
  if (own && token !== undefined) redirect(`/t/${own.slug}`);
  if (!invited && !signedIn) {
    return (
      <div className="grid gap-4">
        <h1 className="text-2xl font-semibold tracking-tight">This link does not work any more</h1>
        <p className="text-muted">It was used already, or it is older than a day. If you have confirmed your address, sign in; otherwise ask for a new link.</p>
        <p className="flex gap-4">
          <Link href="/sign-in" className="text-accent-ink underline underline-offset-4">Sign in</Link>
          <Link href="/sign-up" className="text-accent-ink underline underline-offset-4">Ask for a new link</Link>
        </p>
      </div>
    );
  }
  // Elsewhere than where it was asked for, the link says nothing of who asked: it may have been somebody else.
  const asked = invited !== null && invited.id === (await rememberedSignUp());
  const name = asked ? invited.name : (signedIn?.user.name ?? null);
  return <WorkspaceForm name={name} token={invited && typeof token === "string" ? token : ""} email={invited && !asked ? invited.email : null} />;
}
