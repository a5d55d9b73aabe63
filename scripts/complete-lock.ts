/**
 * `node --import tsx scripts/complete-lock.ts`, after `npm install` on a registry that does not carry the packages of other
 * platforms: npm leaves those out of package-lock.json, and then `npm ci` refuses the file as out of step. This puts
 * them in, by name and version; a machine of such a platform fetches them, any other passes them over.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { completeLock, parseLock } from "./lock-file";

const file = join(import.meta.dirname, "../package-lock.json");
const { lock, added } = completeLock(parseLock(readFileSync(file, "utf8")));
if (added.length > 0) writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
console.log(added.length > 0 ? `added ${added.length}: ${added.join(", ")}` : "nothing is missing");
