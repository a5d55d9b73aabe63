import { openSecret, sealSecret } from "@/lib/platform/vault";

const placeOf = (column: "secret" | "previous_secret", endpointId: string): string => `webhook_endpoint.${column}:${endpointId}`;

/** Seals an endpoint's signing secret for its row. */
export function sealEndpointSecret(endpointId: string, secret: string): string {
  return sealSecret(secret, placeOf("secret", endpointId));
}

/** Moves the present secret to where the one before stands. @throws VaultError */
export function sealAsPrevious(endpointId: string, sealed: string): string {
  return sealSecret(openSecret(sealed, placeOf("secret", endpointId)), placeOf("previous_secret", endpointId));
}

/** The secrets that sign, the present one first. @throws VaultError */
export function openEndpointSecrets(endpointId: string, sealed: { secret: string; previousSecret: string | null }): string[] {
  const { secret, previousSecret } = sealed;
  return [openSecret(secret, placeOf("secret", endpointId)), ...(previousSecret === null ? [] : [openSecret(previousSecret, placeOf("previous_secret", endpointId))])];
}
