import Link from "next/link";
import { DisableTwoFactor, RenewRecoveryCodes } from "@/app/account/security/two-factor-dialogs";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Card, CardBody, CardHeader } from "@/components/ui/card";
import { Notice } from "@/components/ui/notice";

/** With so few left it is time for new ones. */
const FEW_CODES = 3;

/** Whether a second factor is asked for, and what can be done about it. */
export function TwoFactorCard({ on, codesLeft }: { on: boolean; codesLeft: number }) {
  return (
    <Card>
      <CardHeader
        title={<>Two-factor authentication {on ? <Badge tone="ok">On</Badge> : <Badge>Off</Badge>}</>}
        description="After the password, signing in also asks for six digits from an app on your phone."
        action={on ? <><RenewRecoveryCodes /><DisableTwoFactor /></> : <Button asChild><Link href="/account/two-factor">Set up</Link></Button>}
      />
      <CardBody>
        {on ? (
          <div className="grid gap-3">
            <p className="text-sm">{codesLeft === 1 ? "One recovery code is left." : `${codesLeft} recovery codes are left.`}</p>
            {codesLeft < FEW_CODES ? <Notice tone="warn">Make new recovery codes: without one and without your phone you cannot get in.</Notice> : null}
          </div>
        ) : (
          <p className="text-sm text-muted">Without it, whoever has your password or your mailbox has your account.</p>
        )}
      </CardBody>
    </Card>
  );
}
