import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

const PAUSE_MS = 1_000;

/** Keeps a state in a file, whole or not at all: soon after it changed, and at the end. */
export class Snapshot {
  readonly #file: string | null;
  readonly #read: () => object;
  #timer: NodeJS.Timeout | null = null;

  constructor(file: string | null, read: () => object) {
    this.#file = file;
    this.#read = read;
  }

  /** What was kept before; null when there is nothing. Throws on a file that is damaged. */
  load(): Record<string, unknown> | null {
    if (this.#file === null || !existsSync(this.#file)) return null;
    const value: unknown = JSON.parse(readFileSync(this.#file, "utf8"));
    if (typeof value !== "object" || value === null || Array.isArray(value)) throw new Error(`${this.#file} is damaged`);
    // It was written by this class, and is an object.
    return value as Record<string, unknown>;
  }

  changed(): void {
    if (this.#file === null) return;
    this.#timer ??= setTimeout(() => this.save(), PAUSE_MS).unref();
  }

  save(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    if (this.#file === null) return;
    mkdirSync(dirname(this.#file), { recursive: true, mode: 0o700 });
    const partial = `${this.#file}.new`;
    writeFileSync(partial, JSON.stringify(this.#read()), { mode: 0o600, flush: true });
    renameSync(partial, this.#file);
  }
}
