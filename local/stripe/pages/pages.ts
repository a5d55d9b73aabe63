import type { IncomingMessage, ServerResponse } from "node:http";
import type { World } from "../world/world";

/** Answers the pages that people see. */
export async function answerPage(_world: World, _url: URL, _request: IncomingMessage, response: ServerResponse): Promise<void> {
  response.writeHead(404, { "content-type": "text/plain" }).end("There is no such page.");
}
