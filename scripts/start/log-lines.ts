import { warn } from "./progress";

const WARNING_LEVEL = 40;
/** More than this in a minute, and the rest is left to the log file. */
const SHOWN_PER_MINUTE = 10;

/** Shows warnings and errors of a process's structured log in the terminal, briefly, and never as a flood. */
export function surfaceWarnings(name: string, logFile: string): (line: string) => void {
  let windowStart = 0;
  let shown = 0;
  return (line) => {
    const message = readWarning(line);
    if (message === null) return;
    const now = performance.now();
    if (now - windowStart > 60_000) {
      windowStart = now;
      shown = 0;
    }
    shown++;
    if (shown <= SHOWN_PER_MINUTE) warn(`${name}: ${message}`);
    else if (shown === SHOWN_PER_MINUTE + 1) warn(`${name}: more in ${logFile}`);
  };
}

/** The message of a log line in JSON whose level is warning or worse; null for any other line. */
export function readWarning(line: string): string | null {
  if (!line.startsWith("{")) return null;
  try {
    const entry: unknown = JSON.parse(line);
    if (typeof entry !== "object" || entry === null || !("level" in entry)) return null;
    const isSerious = typeof entry.level === "number" ? entry.level >= WARNING_LEVEL : /^(warn|error|fatal)/.test(String(entry.level));
    if (!isSerious) return null;
    return "msg" in entry && typeof entry.msg === "string" ? entry.msg.slice(0, 200) : "see the log";
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
