import { PassThrough, pipeline, Readable } from "node:stream";
import { ZipFile } from "yazl";

/** A file of the archive. `read` is called when the archive has come to it, and no further than its receiver has taken. */
export type ArchiveFile = { name: string; read: () => AsyncIterable<Buffer> };

/**
 * A ZIP of files that are read while it is sent, one after the other: of the whole only what is under way is in memory.
 * A file that cannot be read to its end breaks the stream, so that nobody takes a part for the whole; a receiver that
 * goes away ends the reading.
 */
export function streamArchive(files: ArchiveFile[], onFailure: (error: unknown) => void): ReadableStream<Uint8Array> {
  const zip = new ZipFile();
  const output = new PassThrough();
  let reading: Readable | undefined;
  const fail = (error: unknown): void => {
    onFailure(error);
    output.destroy(error instanceof Error ? error : new Error("the archive failed", { cause: error }));
  };
  for (const { name, read } of files) {
    zip.addReadStreamLazy(name, (give) => {
      reading = Readable.from(read(), { objectMode: false }).on("error", fail);
      give(null, reading);
    });
  }
  zip.on("error", fail);
  pipeline(zip.outputStream, output, () => reading?.destroy());
  zip.end();
  // One class with two declarations, Node's and the web's.
  return Readable.toWeb(output) as ReadableStream<Uint8Array>;
}
