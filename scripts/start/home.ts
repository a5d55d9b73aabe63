import { accessSync, chmodSync, constants, existsSync, mkdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { errorCode, Problem } from "../problem";

/** The folder of the project: where package.json is. */
export const PROJECT_FOLDER = resolve(import.meta.dirname, "../..");

/** Absolute path of the state folder: STINT_HOME, relative to the project, `.stint` by default. */
export function resolveHome(setting: string | undefined): string {
  return resolve(PROJECT_FOLDER, setting || ".stint");
}

/** Makes the state folder and proves that it can be written. Throws Problem when it cannot. */
export function openHome(home: string): void {
  try {
    if (!existsSync(home)) {
      mkdirSync(home, { recursive: true });
      // As root PostgreSQL runs under another account, which must be able to pass through; what is secret is closed itself.
      chmodSync(home, process.getuid?.() === 0 ? 0o711 : 0o700);
    }
    if (!statSync(home).isDirectory()) throw new Problem(`${home} is not a folder: move it away, or set STINT_HOME to another one.`);
    mkdirSync(join(home, "logs"), { recursive: true, mode: 0o700 });
    const probe = join(home, `.write-${process.pid}`);
    writeFileSync(probe, "");
    rmSync(probe);
  } catch (error) {
    if (error instanceof Problem) throw error;
    throw new Problem(`The state folder ${home} cannot be written (${errorCode(error) ?? String(error)}): ${advise(home)}`, { cause: error });
  }
}

/** Throws Problem when a file of an earlier start belongs to somebody else, as after a start as root. */
export function requireOwnFiles(home: string): void {
  for (const name of ["secrets.json", "credentials.json", "ports.json", "processes.json", "logs", "postgres"]) {
    const path = join(home, name);
    if (!existsSync(path)) continue;
    try {
      accessSync(path, constants.R_OK | constants.W_OK);
    } catch (error) {
      throw new Problem(`${path} belongs to another user (an earlier start as root?): ${advise(home)}`, { cause: error });
    }
  }
}

/** Throws Problem when a build cannot be written. */
export function requireWritableProject(distFolder: string): void {
  const target = existsSync(distFolder) ? distFolder : PROJECT_FOLDER;
  try {
    accessSync(target, constants.W_OK);
  } catch (error) {
    throw new Problem(`${target} cannot be written, but the build goes there: give yourself the right (sudo chown -R ${userName()} ${PROJECT_FOLDER}), or clone into a folder of your own.`, { cause: error });
  }
}

function advise(home: string): string {
  const folder = existsSync(home) ? home : dirname(home);
  return `give yourself the right (sudo chown -R ${userName()} ${folder}), or set STINT_HOME to a folder that you may write.`;
}

function userName(): string {
  // The number does where the account has no name, as in some containers.
  return String(process.env.USER || process.getuid?.() || "you");
}
