import { createHash } from "node:crypto";
import type { Command } from "./engine";

/** A first line that declares a flag only Upstash knows; stock Redis refuses the whole script for it. */
const SHEBANG = /^#!lua flags=allow-key-locking[^\S\n]*(?=\n|$)/;
const MOST_ALIASES = 1_000;

/**
 * Lets clients go on using the SHA of a script whose first line had to be stripped: remembers which SHA the stripped
 * script has and rewrites EVAL, EVALSHA and SCRIPT on their way in.
 */
export class ScriptAliases {
  private readonly stripped = new Map<string, string>();

  /** The command to send in place of `command`. */
  rewrite(command: Command): Command {
    switch ((command[0] ?? "").toUpperCase()) {
      case "EVAL":
      case "EVAL_RO":
        return replaceAt(command, 1, (script) => this.strip(script));
      case "EVALSHA":
      case "EVALSHA_RO":
        return replaceAt(command, 1, (sha) => this.resolve(sha));
      case "SCRIPT":
        return this.rewriteScript(command);
      default:
        return command;
    }
  }

  /** The SHA that SCRIPT LOAD must answer with, which is the original script's, or null for another command. */
  loadedSha(command: Command): string | null {
    const [name, verb, script] = command;
    return name?.toUpperCase() === "SCRIPT" && verb?.toUpperCase() === "LOAD" && script !== undefined && SHEBANG.test(script) ? sha1(script) : null;
  }

  private rewriteScript(command: Command): Command {
    const verb = (command[1] ?? "").toUpperCase();
    if (verb === "LOAD") return replaceAt(command, 2, (script) => this.strip(script));
    if (verb === "EXISTS") return command.map((part, i) => (i < 2 ? part : this.resolve(part)));
    return command;
  }

  private strip(script: string): string {
    if (!SHEBANG.test(script)) return script;
    // The line break stays, so that line numbers in errors are those of the script as it was written.
    const plain = script.replace(SHEBANG, "");
    if (this.stripped.size >= MOST_ALIASES) this.stripped.clear();
    this.stripped.set(sha1(script), sha1(plain));
    return plain;
  }

  private resolve(sha: string): string {
    return this.stripped.get(sha.toLowerCase()) ?? sha;
  }
}

/** The name Redis gives a script: the SHA-1 of its text, in hex. */
export function sha1(text: string, encoding: "utf8" | "latin1" = "utf8"): string {
  return createHash("sha1").update(text, encoding).digest("hex");
}

function replaceAt(command: Command, index: number, replace: (part: string) => string): Command {
  const part = command[index];
  if (part === undefined) return command;
  const next = replace(part);
  return next === part ? command : command.with(index, next);
}
