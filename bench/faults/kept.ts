import { spawn, type ChildProcess } from "node:child_process";
import { PROJECT_FOLDER } from "@/scripts/start/home";

/** A program that is begun again at once whenever it ends, until it is stopped. */
export type Kept = { name: string; pid: () => number; stop: () => Promise<void> };

export function keepRunning(name: string, args: string[], env: NodeJS.ProcessEnv): Kept {
  let stopping = false;
  let child: ChildProcess;
  const begin = (): void => {
    child = spawn(process.execPath, args, { env, cwd: PROJECT_FOLDER, stdio: ["ignore", "ignore", "inherit"] });
    child.once("exit", () => {
      if (!stopping) begin();
    });
  };
  begin();
  return {
    name,
    pid: () => child.pid ?? Number.NaN,
    stop: async () => {
      stopping = true;
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = new Promise((resolve) => child.once("exit", resolve));
      child.kill("SIGTERM");
      const late = setTimeout(() => child.kill("SIGKILL"), 15_000);
      await gone;
      clearTimeout(late);
    },
  };
}
