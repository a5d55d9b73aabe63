import type { Metadata } from "next";
import { OtherAccounts } from "@/app/(auth)/other-accounts";
import { SignUpForm } from "@/app/(auth)/sign-up/sign-up-form";
import { configuredProviders } from "@/lib/http/sign-in-providers";

export const metadata: Metadata = { title: "Create account" };

export default function SignUpPage() {
  return (
    <div className="grid gap-6">
      <SignUpForm />
      <OtherAccounts providers={configuredProviders()} next="" />
    </div>
  );
}
