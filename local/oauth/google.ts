import type { IncomingMessage, ServerResponse } from "node:http";
import { answerJson, clientOf, readForm, tokenOf, type Client } from "./exchange";
import type { Grants, Person } from "./grants";
import { accessTokenHash, type Signer } from "./id-token";

const ID_TOKEN_S = 3_600;

/** The OpenID configuration of an issuer whose endpoints stand under it. */
export function googleConfiguration(issuer: string): Record<string, unknown> {
  return {
    issuer, authorization_endpoint: `${issuer}/o/oauth2/v2/auth`, token_endpoint: `${issuer}/token`, userinfo_endpoint: `${issuer}/v1/userinfo`, jwks_uri: `${issuer}/oauth2/v3/certs`,
    response_types_supported: ["code"], subject_types_supported: ["public"], id_token_signing_alg_values_supported: ["RS256"], scopes_supported: ["openid", "email", "profile"],
    token_endpoint_auth_methods_supported: ["client_secret_post", "client_secret_basic"], code_challenge_methods_supported: ["S256"],
    authorization_response_iss_parameter_supported: true,
  };
}

/** Google's exchange: an access token, and an id token that is signed and holds the nonce. */
export async function googleToken(given: { issuer: string; client: Client; grants: Grants; signer: Signer; now: () => number }, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { issuer, client, grants, signer, now } = given;
  const form = await readForm(request);
  const { id, secret } = clientOf(request, form);
  if (id !== client.id || secret !== client.secret) return answerJson(response, 401, { error: "invalid_client" });
  if (form.get("grant_type") !== "authorization_code") return answerJson(response, 400, { error: "unsupported_grant_type" });
  const grant = grants.redeem(form.get("code") ?? "", "google", form.get("redirect_uri"), form.get("code_verifier"));
  if (!grant) return answerJson(response, 400, { error: "invalid_grant", error_description: "Bad Request" });
  const token = grants.issueToken(grant);
  const issuedAt = Math.floor(now() / 1_000);
  const idToken = signer.sign({
    iss: issuer, azp: client.id, aud: client.id, iat: issuedAt, exp: issuedAt + ID_TOKEN_S, at_hash: accessTokenHash(token),
    ...(grant.nonce === null ? {} : { nonce: grant.nonce }), ...claimsOf(grant.person),
  });
  answerJson(response, 200, { access_token: token, expires_in: ID_TOKEN_S - 1, scope: grant.scopes.join(" "), token_type: "Bearer", ...(grant.scopes.includes("openid") ? { id_token: idToken } : {}) });
}

export function googleUserInfo(grants: Grants, request: IncomingMessage, response: ServerResponse): void {
  const grant = grants.ofToken(tokenOf(request));
  if (grant?.provider !== "google") return answerJson(response, 401, { error: "invalid_token" });
  answerJson(response, 200, claimsOf(grant.person));
}

function claimsOf({ id, name, email, verified }: Person): Record<string, unknown> {
  return { sub: `g-${id}`, name, email, email_verified: verified };
}
