import type { Metadata } from "next";
import { Identities } from "@/app/account/identities";
import { ActivityTable } from "@/app/account/security/activity-table";
import { PasswordForm } from "@/app/account/security/password-form";
import { SessionTable } from "@/app/account/security/session-table";
import { SignOutEverywhere } from "@/app/account/security/sign-out-everywhere";
import { TwoFactorCard } from "@/app/account/security/two-factor-card";
import { Card, CardBody, CardHeader } from "@/components/ui/card";
import { PageHeader } from "@/components/ui/page-header";
import { requireSignedIn } from "@/lib/http/page";
import { listAccountEvents } from "@/lib/users/events";
import { listSessions } from "@/lib/users/sessions";
import { countRecoveryCodesLeft } from "@/lib/users/two-factor/service";

export const metadata: Metadata = { title: "Security" };

const EVENTS_SHOWN = 20;

export default async function SecurityPage() {
  const { user, session } = await requireSignedIn();
  const [sessions, events, codesLeft] = await Promise.all([listSessions(user.id), listAccountEvents(user.id, EVENTS_SHOWN), user.twoFactor ? countRecoveryCodesLeft(user.id) : 0]);
  return (
    <>
      <PageHeader title="Security" description="How you sign in, and where your account was used." />
      <div className="grid grid-cols-1 gap-8">
        <Card>
          <CardHeader title="Password" description={user.hasPassword ? "Changing it ends every other session." : "You have none: you sign in by mail or with another account."} />
          <CardBody>
            <PasswordForm has={user.hasPassword} email={user.email} />
          </CardBody>
        </Card>
        <TwoFactorCard on={user.twoFactor} codesLeft={codesLeft} />
        <Identities userId={user.id} hasPassword={user.hasPassword} />
        <section aria-labelledby="sessions" className="grid grid-cols-1 gap-4">
          <div className="flex flex-wrap items-center justify-between gap-4">
            <div>
              <h2 id="sessions" className="text-base font-semibold">Sessions</h2>
              <p className="text-sm text-muted">Browsers that are signed in. A session ends 30 days after signing in, or after 14 days without use.</p>
            </div>
            <SignOutEverywhere />
          </div>
          <SessionTable sessions={sessions} current={session.sessionId} />
        </section>
        <section aria-labelledby="activity" className="grid grid-cols-1 gap-4">
          <div>
            <h2 id="activity" className="text-base font-semibold">Recent activity</h2>
            <p className="text-sm text-muted">The last {EVENTS_SHOWN} things that happened to your account. Something here that was not you? Change your password.</p>
          </div>
          <ActivityTable events={events} />
        </section>
      </div>
    </>
  );
}
