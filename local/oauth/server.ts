import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { authorize } from "./authorize";
import { answerJson, type Client } from "./exchange";
import { githubApi, githubToken } from "./github";
import { googleConfiguration, googleToken, googleUserInfo } from "./google";
import { Grants, type Person } from "./grants";
import { Signer } from "./id-token";

export type { Client, Person };

export interface OauthOptions {
  /** The address that it is reached at. GitHub is at it, Google's issuer is `<url>/google`. Known once it listens. */
  url: () => string;
  github: Client;
  google: Client;
  /** Who may be chosen, as the list is at the time. */
  people: readonly Person[];
  /** Default: the clock. */
  now?: () => number;
}

/**
 * Stands in for GitHub and Google in tests: the endpoints that an application needs to learn who somebody is, refusing what
 * the real ones refuse. Not yet listening.
 */
export function createOauthServer({ url, github, google, people, now = Date.now }: OauthOptions): Server {
  const grants = new Grants(now);
  const signer = new Signer();
  return createServer((request, response) => {
    route(request, response).catch((cause: unknown) => {
      process.stderr.write(`${cause instanceof Error ? (cause.stack ?? cause.message) : String(cause)}\n`);
      if (!response.headersSent) answerJson(response, 500, { error: "server_error" });
    });
  });

  async function route(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const asked = new URL(request.url ?? "/", url());
    const issuer = `${url()}/google`;
    switch (`${request.method} ${asked.pathname}`) {
      case "GET /login/oauth/authorize": return authorize({ provider: "github", issuer: `${url()}/login/oauth`, client: github, people, grants }, asked, response);
      case "POST /login/oauth/access_token": return githubToken(github, grants, request, response);
      case "GET /api/v3/user": return githubApi(grants, "/user", request, response);
      case "GET /api/v3/user/emails": return githubApi(grants, "/user/emails", request, response);
      case "GET /google/.well-known/openid-configuration": return answerJson(response, 200, googleConfiguration(issuer));
      case "GET /google/o/oauth2/v2/auth": return authorize({ provider: "google", issuer, client: google, people, grants }, asked, response);
      case "POST /google/token": return googleToken({ issuer, client: google, grants, signer, now }, request, response);
      case "GET /google/v1/userinfo": return googleUserInfo(grants, request, response);
      case "GET /google/oauth2/v3/certs": return answerJson(response, 200, { keys: [signer.jwk] });
      default: return answerJson(response, 404, { message: "Not Found" });
    }
  }
}
