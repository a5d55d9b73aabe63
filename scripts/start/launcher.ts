/** Notices when npm, which began us, was killed without a word to us: a start nobody holds any more should not stay. */
import { getParentPid, getProcessIdentity, isSameProcess, type ProcessIdentity } from "@/local/postgres/process-identity";

const INTERVAL_MS = 1_000;

/** The npm process above us with the shell between, or null when we were begun some other way. */
export function findLauncher(env: NodeJS.ProcessEnv): ProcessIdentity[] | null {
  if (!env.npm_lifecycle_event) return null;
  const parent = getProcessIdentity(process.ppid);
  if (!parent) return null;
  // npm runs scripts through a shell, which may have made way for us or may still be there.
  if (!/^(\/\S*\/)?(ba|da|a|z|k)?sh\b/.test(parent.command)) return [parent];
  const grandparent = getProcessIdentity(getParentPid(parent.pid) ?? -1);
  return grandparent ? [parent, grandparent] : [parent];
}

/** Calls back once, when any of them is gone. */
export function watchLauncher(launcher: ProcessIdentity[], onGone: () => void): void {
  const timer = setInterval(() => {
    if (isPresent(launcher)) return;
    clearInterval(timer);
    onGone();
  }, INTERVAL_MS);
  timer.unref();
}

export function isPresent(launcher: ProcessIdentity[]): boolean {
  return launcher.every(isSameProcess);
}
