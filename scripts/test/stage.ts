import { spawn } from "node:child_process";
import { PROJECT_FOLDER } from "../start/home";
import type { ProcessList } from "../start/process-list";

/** Results of one stage, or of all of them. */
export type Count = { passed: number; failed: number; skipped: number };

export type Stage = {
  name: string;
  /** Names of stages that must have passed before. */
  needs: string[];
  /** Nothing else runs beside it: it measures, or it needs the machine. */
  alone?: boolean;
  run: () => Promise<Outcome>;
};

export type Outcome = Count & {
  /** What a person needs to see when something failed. */
  output: string;
};

/** Runs a program to its end, with all it wrote. Its children end with us, however we end. */
export function execute(name: string, args: string[], env: NodeJS.ProcessEnv, processes: ProcessList): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { cwd: PROJECT_FOLDER, env, stdio: ["ignore", "pipe", "pipe"], detached: true });
    if (child.pid !== undefined) processes.add(name, child.pid);
    const chunks: Buffer[] = [];
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => chunks.push(chunk));
    child.once("error", reject);
    // Not "close": a grandchild that outlives it could hold the pipe open for ever.
    child.once("exit", (code) => setImmediate(() => resolve({ code, output: Buffer.concat(chunks).toString("utf8") })));
  });
}

/** A stage that either passes or fails as a whole. */
export async function runWhole(name: string, args: string[], env: NodeJS.ProcessEnv, processes: ProcessList): Promise<Outcome> {
  const { code, output } = await execute(name, args, env, processes);
  return { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: 0, output };
}
