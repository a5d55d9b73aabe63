import type { ServerResponse } from "node:http";
import { answerPage, escapeHtml, type Client } from "./exchange";
import type { Grant, Grants, Person } from "./grants";

export interface Authorization {
  provider: Grant["provider"];
  /** Named in the answer as `iss`. */
  issuer: string;
  client: Client;
  people: readonly Person[];
  grants: Grants;
}

/**
 * The page on which somebody says who they are, as one link a person, and one to say no; the link leads back to the
 * application. An unknown client and another redirect address than the registered one are told to the person: to send the
 * browser to an address that nobody registered would give it the code.
 */
export function authorize({ provider, issuer, client, people, grants }: Authorization, url: URL, response: ServerResponse): void {
  const asked = url.searchParams;
  if (asked.get("client_id") !== client.id) return answerPage(response, provider === "github" ? 404 : 401, "<h1>There is no such client</h1>");
  const redirectUri = asked.get("redirect_uri") ?? "";
  if (redirectUri !== client.redirectUri) return answerPage(response, 400, "<h1>This redirect address is not registered</h1>");
  if (asked.get("response_type") !== "code") return back(response, redirectUri, { error: "unsupported_response_type", state: asked.get("state") });
  const challenge = asked.get("code_challenge");
  if (challenge !== null && asked.get("code_challenge_method") !== "S256") return back(response, redirectUri, { error: "invalid_request", state: asked.get("state") });
  const as = asked.get("as");
  if (as === null) return answerPage(response, 200, choiceOf(url, people));
  const person = people.find(({ login }) => login === as);
  if (!person) return back(response, redirectUri, { error: "access_denied", error_description: "The user said no.", state: asked.get("state") });
  const scopes = (asked.get("scope") ?? "").split(/[ ,]+/);
  const code = grants.issueCode({ provider, person, redirectUri, scopes, challenge, nonce: asked.get("nonce") });
  return back(response, redirectUri, { code, state: asked.get("state"), iss: issuer });
}

function choiceOf(url: URL, people: readonly Person[]): string {
  const link = (as: string, words: string): string => `<li><a href="${escapeHtml(`${url.pathname}?${new URLSearchParams([...url.searchParams, ["as", as]])}`)}">${escapeHtml(words)}</a></li>`;
  return `<h1>Who are you?</h1><ul>${people.map(({ login, name }) => link(login, `Continue as ${name}`)).join("")}${link("", "Cancel")}</ul>`;
}

function back(response: ServerResponse, redirectUri: string, given: Record<string, string | null>): void {
  const url = new URL(redirectUri);
  for (const [name, value] of Object.entries(given)) if (value !== null) url.searchParams.set(name, value);
  response.writeHead(302, { location: url.href }).end();
}
