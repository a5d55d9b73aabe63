import { spawn } from "node:child_process";
import { programOptions, type ServiceAccount } from "./account";
import type { Binaries } from "./binaries";
import { PostgresProblem } from "./problem";

/** Sets a role's password through PostgreSQL's single-user mode, which asks for none. The server must not be running. */
export async function setPasswordOffline(options: {
  dataFolder: string;
  binaries: Binaries;
  account: ServiceAccount | null;
  role: string;
  /** Letters and digits only: it is written into a statement. */
  password: string;
}): Promise<void> {
  const { dataFolder, binaries, account, role, password } = options;
  if (!/^[A-Za-z0-9_-]+$/.test(role + password)) throw new Error("role and password must be plain characters");
  const child = spawn(binaries.postgres, ["--single", "-D", dataFolder, "postgres"], {
    ...programOptions(account, dataFolder),
    stdio: ["pipe", "ignore", "pipe"],
  });
  let complaints = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (complaints += text));
  child.stdin.end(`ALTER ROLE "${role}" PASSWORD '${password}'\n`);
  const code = await new Promise<number | null>((resolve, reject) => child.once("error", reject).once("close", resolve));
  const failure = complaints.split("\n").find((line) => /ERROR|FATAL/.test(line));
  if (code !== 0 || failure) throw new PostgresProblem(`The database's password could not be set anew: ${failure ?? `exit code ${code}`}`);
}
