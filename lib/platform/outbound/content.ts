import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import { pipeline, Transform, type Readable } from "node:stream";
import { createBrotliDecompress, createGunzip, createInflate } from "node:zlib";
import { OutboundError } from "./error";

/** An answer's body, unpacked, that ends with an error past `maxBytes`: a few packed bytes may be gigabytes. */
export function contentOf(response: IncomingMessage, maxBytes: number): Readable {
  let size = 0;
  const counted = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      size += chunk.byteLength;
      if (size > maxBytes) done(new OutboundError("too_large"));
      else done(null, chunk);
    },
  });
  const encoding = response.headers["content-encoding"];
  const unpack = unpackerOf(encoding);
  if (unpack === undefined) {
    response.destroy();
    throw new OutboundError("connection_failed", { cause: new Error(`Unknown content encoding ${encoding}`) });
  }
  // Its errors come out of `counted`, which is what is read.
  const onEnd = (): void => undefined;
  if (unpack) pipeline(response, unpack, counted, onEnd);
  else pipeline(response, counted, onEnd);
  return counted;
}

/** We ask for nothing packed; some servers pack all the same. Null: it is not packed; undefined: nobody knows how. */
function unpackerOf(encoding: string | undefined): Transform | null | undefined {
  switch (encoding?.trim().toLowerCase()) {
    case undefined: case "": case "identity": return null;
    case "gzip": case "x-gzip": return createGunzip();
    case "deflate": return createInflate();
    case "br": return createBrotliDecompress();
    default: return undefined;
  }
}

/** The head of an answer without what was true of the packed body alone. */
export function headersOf(given: IncomingHttpHeaders): Headers {
  const headers = new Headers();
  for (const [name, value] of Object.entries(given)) {
    for (const one of Array.isArray(value) ? value : [value]) if (one !== undefined) headers.append(name, one);
  }
  if (headers.has("content-encoding")) {
    headers.delete("content-encoding");
    headers.delete("content-length");
  }
  return headers;
}

/** What an error of a body that broke off is told as. */
export function toOutboundError(error: unknown): OutboundError {
  return error instanceof OutboundError ? error : new OutboundError("connection_failed", { cause: error });
}
