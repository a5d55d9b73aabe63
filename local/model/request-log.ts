/** What the server saw of one chat request, for tests that compare clocks. Times are epoch milliseconds. */
export interface LogEntry {
  id: string;
  model: string;
  stream: boolean;
  prompt_tokens: number;
  completion_tokens: number;
  started_at: number;
  ended_at: number | null;
  /** Whether the client went away before the answer was complete. */
  aborted: boolean;
}

const LIMIT = 20_000;

/** Keeps the latest requests in memory. */
export class RequestLog {
  private readonly entries: LogEntry[] = [];

  start(id: string, model: string, stream: boolean): LogEntry {
    const entry: LogEntry = { id, model, stream, prompt_tokens: 0, completion_tokens: 0, started_at: Date.now(), ended_at: null, aborted: false };
    this.entries.push(entry);
    if (this.entries.length > LIMIT) this.entries.shift();
    return entry;
  }

  list(): readonly LogEntry[] {
    return this.entries;
  }
}
