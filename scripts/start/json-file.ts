import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { Problem } from "../problem";

/** Reads a JSON object from a file; null when there is none. Throws Problem when the file is not a JSON object. */
export function readJsonFile(file: string): Record<string, unknown> | null {
  if (!existsSync(file)) return null;
  const text = readFileSync(file, "utf8");
  try {
    const value: unknown = JSON.parse(text);
    // A JSON value that is an object and no list has string keys.
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw new Problem(`${file} is damaged: put back a copy, or delete it to have it made anew.`);
}

/** Writes a JSON file whole or not at all, readable by its owner only. */
export function writeJsonFile(file: string, value: object): void {
  const partial = `${file}.${process.pid}.new`;
  writeFileSync(partial, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600, flush: true });
  renameSync(partial, file);
}
