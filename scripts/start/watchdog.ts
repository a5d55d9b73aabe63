import { spawn } from "node:child_process";
import type { Writable } from "node:stream";
import { join } from "node:path";
import { PROJECT_FOLDER } from "./home";

/**
 * A small process beside us, in a session of its own, that ends our children when we are killed: it notices because
 * the pipe between us closes. It is started with the first child and begun anew should somebody end it.
 */
export class Watchdog {
  #input: Writable | null = null;
  #lines: string[] = [];
  #dismissed = false;

  /** Ends this process, too, when we are gone. */
  watch(process: { pid: number; startedAt: string; name: string }): void {
    const line = `${JSON.stringify(process)}\n`;
    this.#lines.push(line);
    this.#open().write(line);
  }

  /** Lets it go without ending anything. */
  dismiss(): void {
    this.#dismissed = true;
    this.#input?.end("dismissed\n");
    this.#input = null;
  }

  #open(): Writable {
    if (this.#input) return this.#input;
    const child = spawn(process.execPath, ["--import", "tsx", join(import.meta.dirname, "watchdog-process.ts")], {
      stdio: ["pipe", "ignore", "ignore"],
      detached: true,
      cwd: PROJECT_FOLDER,
    });
    child.unref();
    this.#input = child.stdin;
    child.stdin.on("error", () => undefined);
    for (const line of this.#lines.slice(0, -1)) child.stdin.write(line);
    child.once("exit", () => {
      if (this.#input !== child.stdin || this.#dismissed) return;
      this.#input = null;
      // The last line is written by whoever opens, so it is repeated here.
      const last = this.#lines.at(-1);
      if (last) this.#open().write(last);
    });
    return child.stdin;
  }
}
