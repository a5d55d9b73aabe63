/**
 * PostgreSQL refuses to run as root. When we are root it runs under an account that every Linux already has, so that
 * nothing needs to be created on the machine.
 */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { PostgresProblem } from "./problem";

/** Numbers to start the server's programs with, or null when the current user will do. */
export type ServiceAccount = { name: string; uid: number; gid: number };

const PREFERRED = ["postgres", "nobody", "daemon"];

/**
 * The account that PostgreSQL should run under: null unless we are root.
 * Throws PostgresProblem when we are root and no ordinary account is there.
 */
export function chooseServiceAccount(): ServiceAccount | null {
  if (process.getuid?.() !== 0) return null;
  const accounts = new Map(
    readFileSync("/etc/passwd", "utf8")
      .split("\n")
      .map((line) => line.split(":"))
      .map(([name = "", , uid, gid]) => [name, { name, uid: Number(uid), gid: Number(gid) }]),
  );
  for (const name of PREFERRED) {
    const account = accounts.get(name);
    if (account && account.uid > 0 && Number.isInteger(account.gid)) return account;
  }
  throw new PostgresProblem("PostgreSQL cannot run as root and this machine has no account 'postgres' or 'nobody': run as another user, or set DATABASE_URL.");
}

/** True when the account can enter the folder. Asked of the kernel, since mode bits are not the whole story. */
export function canEnter(folder: string, account: ServiceAccount): boolean {
  const probe = spawnSync("/bin/sh", ["-c", 'cd -- "$0"', folder], { uid: account.uid, gid: account.gid, cwd: "/", stdio: "ignore" });
  if (probe.error) {
    throw new PostgresProblem(
      `PostgreSQL cannot run as root, and root may not become '${account.name}' here (${probe.error.message}): run as another user, or set DATABASE_URL.`,
    );
  }
  return probe.status === 0;
}

/** How a PostgreSQL program is started: under the account, away from our terminal, with nothing of our environment but PATH. */
export function programOptions(account: ServiceAccount | null, cwd: string) {
  const env: NodeJS.ProcessEnv = { NODE_ENV: process.env.NODE_ENV, PATH: process.env.PATH, LC_ALL: "C", TZ: "UTC" };
  // A session of its own: a Ctrl-C in the terminal reaches only us, and we decide the order of leaving.
  return { cwd, env, detached: true, ...(account ? { uid: account.uid, gid: account.gid } : {}) };
}
