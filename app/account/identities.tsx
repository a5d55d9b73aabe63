import { ConnectIdentity, ConnectProblem, DisconnectIdentity } from "@/app/account/identity-controls";
import { ProviderMark } from "@/components/account/provider-mark";
import { Card, CardBody, CardHeader } from "@/components/ui/card";
import { Time } from "@/components/ui/time";
import { configuredProviders } from "@/lib/http/sign-in-providers";
import { listIdentities } from "@/lib/users/identities";
import { PROVIDER_NAMES, PROVIDERS } from "@/lib/users/schema";

/** A card of the account page: accounts elsewhere that sign this user in. Nothing where none is set up and none is connected. */
export async function Identities({ userId, hasPassword }: { userId: string; hasPassword: boolean }) {
  const [configured, identities] = [configuredProviders(), await listIdentities(userId)];
  const shown = PROVIDERS.filter((provider) => configured.includes(provider) || identities.some((one) => one.provider === provider));
  if (shown.length === 0) return null;
  return (
    <Card aria-labelledby="other-ways">
      <CardHeader headingId="other-ways" title="Other ways to sign in" description="An account elsewhere that opens this one. Your address here stays as it is when it changes there." />
      <CardBody className="grid gap-4">
        <ConnectProblem />
        <ul className="divide-y divide-line">
          {shown.map((provider) => {
            const connected = identities.find((one) => one.provider === provider);
            return (
              <li key={provider} className="flex min-h-14 flex-wrap items-center justify-between gap-x-4 gap-y-2 py-2">
                <div className="flex min-w-0 items-start gap-3 [&_svg]:mt-0.5 [&_svg]:shrink-0">
                  <ProviderMark provider={provider} />
                  <div className="min-w-0">
                    <p className="font-medium">{PROVIDER_NAMES[provider]}</p>
                    <p className="wrap-anywhere text-muted">
                      {connected ? <>Connected{connected.email ? <> as <span className="font-mono text-xs text-ink">{connected.email}</span></> : null}, <Time at={connected.createdAt} /></> : "Not connected"}
                    </p>
                  </div>
                </div>
                {connected ? <DisconnectIdentity provider={provider} hasPassword={hasPassword} /> : <ConnectIdentity provider={provider} />}
              </li>
            );
          })}
        </ul>
      </CardBody>
    </Card>
  );
}
