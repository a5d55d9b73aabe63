import type { Metadata } from "next";
import { DeadLink } from "@/app/(auth)/dead-link";
import { RequestMailForm } from "@/app/(auth)/request-mail-form";
import { requestPasswordResetAction } from "@/app/(auth)/reset-password/actions";
import { NewPasswordForm } from "@/app/(auth)/reset-password/new-password-form";
import { peekLink } from "@/lib/users/links/service";

// The address may carry a secret: it goes into no referrer.
export const metadata: Metadata = { title: "Reset password", referrer: "no-referrer" };

/** Asks for a link to a new password, and is where the link leads. */
export default async function ResetPasswordPage({ searchParams }: { searchParams: Promise<{ token?: string | string[] }> }) {
  const { token } = await searchParams;
  if (typeof token !== "string") {
    return (
      <RequestMailForm
        action={requestPasswordResetAction} title="Reset password" description="We mail you a link to choose a new one." button="Mail me a link"
        sent="If it has an account, the link in it leads to a new password, once and for 30 minutes."
      />
    );
  }
  const link = await peekLink(token, "reset_password");
  if (!link) return <DeadLink again={{ href: "/reset-password", label: "Ask for a new link" }}>It was used already, or it is older than half an hour. Your password is as it was.</DeadLink>;
  return <NewPasswordForm token={token} email={link.email} />;
}
