import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { SecondFactorForm } from "@/app/(auth)/sign-in/two-factor/second-factor-form";
import { pendingSignIn } from "@/lib/http/session-cookies";

export const metadata: Metadata = { title: "Two-factor authentication" };

/** The second question of signing in, for this browser's first answer. */
export default async function SecondFactorPage() {
  if (!(await pendingSignIn())) redirect("/sign-in");
  return <SecondFactorForm />;
}
