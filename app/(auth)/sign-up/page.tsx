import type { Metadata } from "next";
import { OtherAccounts } from "@/app/(auth)/other-accounts";
import { SignUpForm } from "@/app/(auth)/sign-up/sign-up-form";
import { planChoiceSchema } from "@/lib/billing/schema";
import { configuredProviders } from "@/lib/http/sign-in-providers";

export const metadata: Metadata = { title: "Create account" };

type Props = { searchParams: Promise<{ plan?: string | string[] }> };

/** `?plan=` is the plan that somebody came for: its page is the first that they see in their workspace. */
export default async function SignUpPage({ searchParams }: Props) {
  const wanted = planChoiceSchema.safeParse(await searchParams);
  return (
    <div className="grid gap-6">
      <SignUpForm plan={wanted.success ? wanted.data.plan : null} />
      <OtherAccounts providers={configuredProviders()} next="" />
    </div>
  );
}
