import type { Readable } from "node:stream";
import { toOutboundError } from "./content";

/** A body as the web streams it. It ends with the signal's reason once that is aborted; cancelling closes the connection. */
export function toWebStream(content: Readable, signal: AbortSignal): ReadableStream<Uint8Array> {
  const chunks: AsyncIterator<Buffer> = content[Symbol.asyncIterator]();
  const stop = (): void => void content.destroy();
  signal.addEventListener("abort", stop, { once: true });
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const next = await chunks.next();
        if (signal.aborted) controller.error(signal.reason);
        else if (next.done) controller.close();
        else {
          controller.enqueue(new Uint8Array(next.value));
          return;
        }
      } catch (error) {
        controller.error(signal.aborted ? signal.reason : toOutboundError(error));
      }
      signal.removeEventListener("abort", stop);
    },
    cancel() {
      signal.removeEventListener("abort", stop);
      content.destroy();
    },
  });
}
