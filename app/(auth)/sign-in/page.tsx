import type { Metadata } from "next";
import { OtherAccounts } from "@/app/(auth)/other-accounts";
import { SignInForm } from "@/app/(auth)/sign-in/sign-in-form";
import { Notice } from "@/components/ui/notice";
import { handshakeProblem } from "@/lib/http/handshake-problem";
import { configuredProviders } from "@/lib/http/sign-in-providers";

export const metadata: Metadata = { title: "Sign in" };

type Search = { next?: string | string[]; error?: string | string[]; provider?: string | string[] };

export default async function SignInPage({ searchParams }: { searchParams: Promise<Search> }) {
  const { next, error, provider } = await searchParams;
  const problem = handshakeProblem(error, provider);
  const back = typeof next === "string" ? next : "";
  return (
    <div className="grid gap-6">
      {problem ? <Notice tone="bad">{problem}</Notice> : null}
      <SignInForm next={back} />
      <OtherAccounts providers={configuredProviders()} next={back} />
    </div>
  );
}
