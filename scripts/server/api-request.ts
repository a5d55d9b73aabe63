import type { IncomingMessage, ServerResponse } from "node:http";
import { AppError } from "@/lib/core/errors";

/**
 * A web-standard Request for what came over a socket. Its body is read from the socket as somebody asks for it, and its
 * signal is aborted when the client goes before it was answered. Both are made on demand: most requests need neither.
 */
export function toWebRequest(url: string, headers: Headers, request: IncomingMessage, response: ServerResponse): Request {
  const hasBody = request.headers["content-length"] !== undefined || request.headers["transfer-encoding"] !== undefined;
  const method = request.method ?? "GET";
  const canHaveBody = method !== "GET" && method !== "HEAD";
  return new Request(url, { method, headers, signal: signalOf(response), ...(hasBody && canHaveBody ? { body: bodyOf(request, response), duplex: "half" } : {}) });
}

/** Aborted when the connection closes before the answer is complete. */
function signalOf(response: ServerResponse): AbortSignal {
  const controller = new AbortController();
  response.once("close", () => {
    if (!response.writableFinished) controller.abort();
  });
  return controller.signal;
}

/**
 * The bytes of the body as they come, at the reader's pace. A reader that has had enough leaves the rest to be
 * discarded: destroying the stream would take the connection, and the answer, with it.
 */
function bodyOf(request: IncomingMessage, response: ServerResponse): ReadableStream<Uint8Array> {
  let isOver = false;
  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        request.pause();
        request.on("data", (chunk: Buffer) => {
          if (isOver) return;
          controller.enqueue(chunk);
          if ((controller.desiredSize ?? 0) <= 0) request.pause();
        });
        const end = (error?: Error): void => {
          if (isOver) return;
          isOver = true;
          if (error) controller.error(error);
          else controller.close();
        };
        request.once("end", () => end());
        request.once("close", () => end(request.complete ? undefined : new AppError("bad_request", "The body ended before it was complete.")));
        request.once("error", (error) => end(error));
        // The answer is out, so nobody reads on; what still comes makes way for the next request of the connection.
        response.once("finish", () => {
          end(new AppError("bad_request", "The request was answered before its body was read."));
          request.resume();
        });
      },
      pull() {
        askToContinue(request, response);
        request.resume();
      },
      cancel() {
        isOver = true;
        request.resume();
      },
    },
    { highWaterMark: 0 },
  );
}

const waiting = new WeakSet<IncomingMessage>();

/** Notes that the client sends its body only after `100 Continue`, which it gets when somebody reads the body. */
export function noteExpectation(request: IncomingMessage): void {
  waiting.add(request);
}

/** True while the client still waits to be told that it may send its body. */
export function awaitsContinue(request: IncomingMessage): boolean {
  return waiting.has(request);
}

/** Lets a client that waits for it send its body. */
export function askToContinue(request: IncomingMessage, response: ServerResponse): void {
  if (waiting.delete(request)) response.writeContinue();
}
