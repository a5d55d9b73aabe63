import { closeSync, existsSync, openSync, readFileSync, renameSync, statSync, writeSync } from "node:fs";
import { Writable } from "node:stream";

const KEPT_FILES = 3;

/** Appends to a file; past `maxBytes` the file becomes `<file>.1`, that one `.2`, and older ones go. */
export class RotatingLog extends Writable {
  #fd: number;
  #size: number;

  constructor(
    readonly file: string,
    private readonly maxBytes = 5_000_000,
  ) {
    super({ decodeStrings: true });
    this.#fd = openSync(file, "a", 0o600);
    this.#size = statSync(file).size;
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    try {
      if (this.#size > 0 && this.#size + chunk.length > this.maxBytes) this.#rotate();
      writeSync(this.#fd, chunk);
      this.#size += chunk.length;
      done();
    } catch (error) {
      done(error instanceof Error ? error : new Error(String(error)));
    }
  }

  override _final(done: (error?: Error | null) => void): void {
    closeSync(this.#fd);
    done();
  }

  /** The last lines written, for an error message. */
  tail(lines: number): string {
    return readFileSync(this.file, "utf8").trimEnd().split("\n").slice(-lines).join("\n");
  }

  #rotate(): void {
    closeSync(this.#fd);
    for (let number = KEPT_FILES - 1; number >= 0; number--) {
      const from = number === 0 ? this.file : `${this.file}.${number}`;
      if (existsSync(from)) renameSync(from, `${this.file}.${number + 1}`);
    }
    this.#fd = openSync(this.file, "a", 0o600);
    this.#size = 0;
  }
}
