import { createReadStream } from "node:fs";
import { createGunzip } from "node:zlib";
import { errorCode, Problem } from "../problem";

const NEWLINE = 0x0a;

/** Lines of a gzipped file, without their ends, as bytes. Throws Problem when the file cannot be read or unpacked. */
export async function* readLines(file: string): AsyncGenerator<Buffer, void, void> {
  const source = createReadStream(file);
  const stream = source.pipe(createGunzip());
  source.once("error", (error) => stream.destroy(error));
  let rest: Buffer[] = [];
  try {
    // A stream without an encoding yields buffers.
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      let start = 0;
      for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
        const piece = chunk.subarray(start, end);
        yield rest.length > 0 ? Buffer.concat([...rest, piece]) : piece;
        rest = [];
        start = end + 1;
      }
      if (start < chunk.length) rest.push(chunk.subarray(start));
    }
  } catch (error) {
    const code = errorCode(error);
    if (code === "ENOENT") throw new Problem(`There is no file ${file}.`, { cause: error });
    if (code === "EACCES" || code === "EISDIR") throw new Problem(`${file} cannot be read (${code}).`, { cause: error });
    if (code?.startsWith("Z_") || code === "ERR_STREAM_PREMATURE_CLOSE") throw new Problem(`${file} is not a whole gzip file: the backup is damaged. Nothing was changed.`, { cause: error });
    throw error;
  } finally {
    stream.destroy();
    source.destroy();
  }
}
