import type { IncomingMessage, ServerResponse } from "node:http";
import { TextResponse } from "@/lib/http/text-response";
import { awaitsContinue } from "./api-request";

/** Writes a web-standard Response to a socket, its body at the client's pace, with `extra` headers where it has none of the name. */
export async function sendResponse(answer: Response, extra: Record<string, string>, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const headers: string[] = [];
  const own = answer.headers;
  for (const [name, value] of Object.entries(extra)) if (!own.has(name)) headers.push(name, value);
  own.forEach((value, name) => headers.push(name, value));
  // Whoever still waits to send a body that nobody wants will not send it on this connection.
  if (awaitsContinue(request)) headers.push("connection", "close");
  const content = answer instanceof TextResponse ? answer.content : null;
  if (content !== null) headers.push("content-length", String(Buffer.byteLength(content)));
  response.writeHead(answer.status, headers);
  if (content !== null) {
    response.end(request.method === "HEAD" ? undefined : content);
  } else if (answer.body === null) {
    response.end();
  } else if (request.method === "HEAD" || response.destroyed) {
    // A HEAD has no body, and a client that has gone already wants none.
    response.end();
    await answer.body.cancel();
  } else {
    await pipe(answer.body, response);
  }
}

async function pipe(body: ReadableStream<Uint8Array>, response: ServerResponse): Promise<void> {
  const reader = body.getReader();
  let isGone = false;
  let wake = (): void => undefined;
  const leave = (): void => {
    isGone = true;
    wake();
    // What it was doing for a client that has gone ends; how is of no interest to anybody.
    reader.cancel().catch(() => undefined);
  };
  response.once("close", leave);
  response.on("drain", () => wake());
  while (!isGone) {
    const { done, value } = await reader.read();
    if (done) break;
    if (!response.write(value) && !isGone) await new Promise<void>((resolve) => (wake = resolve));
  }
  response.off("close", leave);
  response.end();
}
