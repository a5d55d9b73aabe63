import type { Metadata } from "next";
import Link from "next/link";
import { redirect } from "next/navigation";
import { BeginForm } from "@/app/account/two-factor/begin-form";
import { EnableForm } from "@/app/account/two-factor/enable-form";
import { Button } from "@/components/ui/button";
import { Card, CardBody, CardHeader } from "@/components/ui/card";
import { Notice } from "@/components/ui/notice";
import { PageHeader } from "@/components/ui/page-header";
import { QrCode } from "@/components/ui/qr-code";
import { requireSignedIn } from "@/lib/http/page";
import { getTwoFactorSetup } from "@/lib/users/two-factor/service";

export const metadata: Metadata = { title: "Set up two-factor authentication" };

/** Sets the second factor up, step by step. `for` names the workspace that asks for it. */
export default async function TwoFactorPage({ searchParams }: { searchParams: Promise<{ for?: string | string[] }> }) {
  const { user, memberships } = await requireSignedIn();
  const asked = (await searchParams).for;
  const workspace = memberships.find(({ slug }) => slug === asked);
  const back = workspace ? `/t/${workspace.slug}` : "/account/security";
  if (user.twoFactor) redirect(back);
  const setup = await getTwoFactorSetup(user);
  return (
    <>
      <PageHeader title={<>Set up <span className="whitespace-nowrap">two-factor</span> authentication</>} back={{ href: "/account/security", label: "Security" }} description="After your password, signing in also asks for six digits from an app on your phone." />
      {workspace ? (
        <Notice title={`${workspace.name} asks its members for two-factor authentication`} className="mb-8">
          You get in as soon as it is on. Your API keys go on working meanwhile.
        </Notice>
      ) : null}
      {setup ? (
        <EnableForm secret={setup.secret} uri={setup.uri} doneHref={back}>
          <QrCode text={setup.uri} label="QR code for your authenticator app" className="size-44 rounded border border-line" />
        </EnableForm>
      ) : (
        <Card>
          <CardHeader title="First, your password" description="So that nobody who finds your browser open can do this." />
          <CardBody>
            <BeginForm asksPassword={user.hasPassword} />
          </CardBody>
        </Card>
      )}
      {memberships.length > 1 && workspace ? (
        <p className="mt-8 text-muted">
          Not now? <Button asChild variant="link"><Link href="/account">Go to another workspace</Link></Button>
        </p>
      ) : null}
    </>
  );
}
