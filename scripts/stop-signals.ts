/** Calls `stop` with the cause when this process is told to end, or when the process that started it is gone. */
export function onStopSignal(stop: (cause: string) => void): void {
  process.on("SIGTERM", () => stop("SIGTERM"));
  process.on("SIGINT", () => stop("SIGINT"));
  if (process.env.STINT_PARENT_PIPE === "1") {
    // The process that started us holds the other end; when it is gone, however it went, nobody else would stop us.
    process.stdin.resume().on("close", () => stop("parent gone")).on("end", () => stop("parent gone"));
  }
}
