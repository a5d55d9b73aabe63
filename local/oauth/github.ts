import type { IncomingMessage, ServerResponse } from "node:http";
import { answerJson, clientOf, readForm, tokenOf, type Client } from "./exchange";
import type { Grants } from "./grants";

/** GitHub's exchange: what is wrong with it is told with status 200. */
export async function githubToken(client: Client, grants: Grants, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const form = await readForm(request);
  const { id, secret } = clientOf(request, form);
  const refuse = (error: string): void => answerJson(response, 200, { error, error_description: "See the documentation." });
  if (id !== client.id || secret !== client.secret) return refuse("incorrect_client_credentials");
  const grant = grants.redeem(form.get("code") ?? "", "github", form.get("redirect_uri"), form.get("code_verifier"));
  if (!grant) return refuse("bad_verification_code");
  answerJson(response, 200, { access_token: grants.issueToken(grant), token_type: "bearer", scope: grant.scopes.join(",") });
}

/** GitHub's API as far as it tells who somebody is: `/user` and, with the scope for it, `/user/emails`. */
export function githubApi(grants: Grants, path: string, request: IncomingMessage, response: ServerResponse): void {
  if (!request.headers["user-agent"]) return answerJson(response, 403, { message: "Request forbidden by administrative rules." });
  const grant = grants.ofToken(tokenOf(request));
  if (grant?.provider !== "github") return answerJson(response, 401, { message: "Bad credentials" });
  const { id, login, name, email, verified } = grant.person;
  // The address in a profile is whatever its owner made public: it proves nothing.
  if (path === "/user") return answerJson(response, 200, { id, login, name, email, type: "User" });
  if (path !== "/user/emails" || !grant.scopes.includes("user:email")) return answerJson(response, 404, { message: "Not Found" });
  const spare = { email: `${id}+${login}@users.noreply.example`, primary: false, verified: true, visibility: null };
  answerJson(response, 200, [spare, { email, primary: true, verified, visibility: "private" }]);
}
