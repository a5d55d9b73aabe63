import type { IncomingMessage, ServerResponse } from "node:http";
import { AppError } from "@/lib/core/errors";

/**
 * A web-standard Request for what came over a socket. Its body is read from the socket as somebody asks for it, and its
 * signal is aborted when the client goes before it was answered. Most requests need neither, nor anything else but
 * address, method and headers; so the Request itself, which costs ten times as much, is made for those that do.
 */
export function toWebRequest(url: string, headers: Headers, request: IncomingMessage, response: ServerResponse): Request {
  const asked = new AskedRequest(url, headers, request, response);
  // What it does not answer itself it passes on to a Request; the prototype below makes it one for `instanceof` too.
  return asked as unknown as Request;
}

class AskedRequest {
  readonly method: string;
  #signal: AbortSignal | undefined;
  #whole: Request | undefined;

  constructor(readonly url: string, readonly headers: Headers, private readonly incoming: IncomingMessage, private readonly response: ServerResponse) {
    this.method = incoming.method ?? "GET";
  }

  get signal(): AbortSignal {
    return (this.#signal ??= signalOf(this.response));
  }

  whole(): Request {
    const { url, method, headers, signal, incoming, response } = this;
    const { "content-length": length, "transfer-encoding": encoding } = incoming.headers;
    const hasBody = (length !== undefined || encoding !== undefined) && method !== "GET" && method !== "HEAD";
    return (this.#whole ??= new Request(url, { method, headers, signal, ...(hasBody ? { body: bodyOf(incoming, response), duplex: "half" } : {}) }));
  }
}

for (const [name, descriptor] of Object.entries(Object.getOwnPropertyDescriptors(Request.prototype))) {
  if (name in AskedRequest.prototype || name === "url" || name === "method" || name === "headers") continue;
  const read = (asked: AskedRequest): unknown => Reflect.get(asked.whole(), name);
  Object.defineProperty(AskedRequest.prototype, name, typeof descriptor.value === "function"
    // The prototype says that it is a method.
    ? { value(this: AskedRequest, ...args: unknown[]): unknown { return Reflect.apply(read(this) as () => unknown, this.whole(), args); } }
    : { get(this: AskedRequest): unknown { return read(this); } });
}
Object.setPrototypeOf(AskedRequest.prototype, Request.prototype);

/** Aborted when the connection closes before the answer is complete. */
function signalOf(response: ServerResponse): AbortSignal {
  // It may have gone before anybody asked.
  if (response.destroyed) return AbortSignal.abort();
  const controller = new AbortController();
  response.once("close", () => {
    if (!response.writableFinished) controller.abort();
  });
  return controller.signal;
}

const GONE = "The body ended before it was complete.";

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
        if (request.destroyed && !request.complete) end(new AppError("bad_request", GONE));
        request.once("close", () => end(request.complete ? undefined : new AppError("bad_request", GONE)));
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
