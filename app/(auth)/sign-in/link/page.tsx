import type { Metadata } from "next";
import { DeadLink } from "@/app/(auth)/dead-link";
import { RequestMailForm } from "@/app/(auth)/request-mail-form";
import { requestSignInLinkAction } from "@/app/(auth)/sign-in/link/actions";
import { FollowLinkForm } from "@/app/(auth)/sign-in/link/follow-link-form";
import { peekLink } from "@/lib/users/links/service";

// The address may carry a secret: it goes into no referrer.
export const metadata: Metadata = { title: "Sign in by mail", referrer: "no-referrer" };

/** Asks for a sign-in link, and is where the link leads. */
export default async function SignInLinkPage({ searchParams }: { searchParams: Promise<{ token?: string | string[] }> }) {
  const { token } = await searchParams;
  if (typeof token !== "string") {
    return (
      <RequestMailForm
        action={requestSignInLinkAction} title="Sign in by mail" description="We mail you a link that signs you in, without a password." button="Mail me a link"
        sent="If it has an account, the link in it signs you in, once and for 30 minutes."
      />
    );
  }
  const link = await peekLink(token, "sign_in");
  if (!link) return <DeadLink again={{ href: "/sign-in/link", label: "Ask for a new link" }}>It was used already, or it is older than half an hour.</DeadLink>;
  return <FollowLinkForm token={token} email={link.email} />;
}
