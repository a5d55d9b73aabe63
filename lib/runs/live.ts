import { MINUTE_MS, SECOND_MS } from "@/lib/core/time";
import { followRun } from "@/lib/runs/feed";
import { requireRun } from "@/lib/runs/service";
import { isEnded, type RunDto } from "@/lib/runs/schema";
import { readEventsAfter, type EventRow } from "@/lib/runs/repo";

/** How long `wait` holds a request open. */
export const WAIT_MS = 10 * MINUTE_MS;
/** A comment this often keeps proxies from closing a quiet stream. */
const KEEP_ALIVE_MS = 15 * SECOND_MS;

const REPLAY_PAGE = 500;
const SSE_HEADERS = { "Content-Type": "text/event-stream; charset=utf-8", "Cache-Control": "no-cache, no-transform", "X-Accel-Buffering": "no" };

/** The event that ends a run's stream. */
export function endsStream(type: string): boolean {
  return type === "run.succeeded" || type === "run.failed" || type === "run.canceled" || type === "run.timed_out" || type === "run.stopped";
}

/** Waits until the run has ended, `timeoutMs` have passed or the caller has gone, and returns it as it is then. */
export async function waitForRun(tenantId: string, runId: string, signal: AbortSignal, timeoutMs: number = WAIT_MS): Promise<RunDto> {
  await new Promise<void>((resolve) => {
    const finish = (): void => {
      stop();
      clearTimeout(timer);
      signal.removeEventListener("abort", finish);
      resolve();
    };
    const timer = setTimeout(finish, timeoutMs);
    const stop = followRun({
      tenantId, runId, after: 0,
      onEvents: (events) => events.some((event) => endsStream(event.type)) && finish(),
      // The run goes on by itself; the caller gets it as it is now.
      onError: finish,
    });
    if (signal.aborted) finish();
    else signal.addEventListener("abort", finish);
  });
  return requireRun(tenantId, runId);
}

/**
 * The events of a run that has ended, from after `after`, in one answer. A client that has them all gets 204, on which
 * a browser stops asking.
 */
async function replayEnded(run: RunDto, tenantId: string, after: number): Promise<Response> {
  let text = "";
  for (let from = after; ; ) {
    const events = await readEventsAfter([{ tenantId, runId: run.id, after: from }], REPLAY_PAGE);
    text += events.map((event) => toSse(event, endsStream(event.type) ? { ...event.data, run } : event.data)).join("");
    const last = events.at(-1);
    if (!last || events.length < REPLAY_PAGE) break;
    from = last.seq;
  }
  return text === "" ? new Response(null, { status: 204 }) : new Response(text, { headers: SSE_HEADERS });
}

/** A run's events, whether it still executes or has ended. @throws AppError `not_found` */
export async function streamAnyRun(tenantId: string, runId: string, after: number): Promise<Response> {
  const run = await requireRun(tenantId, runId);
  return isEnded(run.status) ? replayEnded(run, tenantId, after) : streamRun(tenantId, runId, after);
}

/**
 * A run's events as server-sent events: `id` is the event's number, so that a client that lost its connection goes on
 * from `Last-Event-ID`. The last event carries the finished run; after it the stream ends.
 */
export function streamRun(tenantId: string, runId: string, after: number, headers: Record<string, string> = {}): Response {
  let stop = (): void => undefined;
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      const encoder = new TextEncoder();
      let closed = false;
      const send = (text: string): void => {
        if (!closed) controller.enqueue(encoder.encode(text));
      };
      const keepAlive = setInterval(() => send(": keep-alive\n\n"), KEEP_ALIVE_MS);
      const unfollow = followRun({
        tenantId, runId, after,
        onEvents: (events) => void forward(events),
        onError: () => close(),
      });
      const close = (): void => {
        if (closed) return;
        stop();
        controller.close();
      };
      stop = () => {
        closed = true;
        clearInterval(keepAlive);
        unfollow();
      };
      const forward = async (events: EventRow[]): Promise<void> => {
        for (const event of events) {
          if (!endsStream(event.type)) {
            send(toSse(event, event.data));
            continue;
          }
          try {
            send(toSse(event, { ...event.data, run: await requireRun(tenantId, runId) }));
          } finally {
            close();
          }
        }
      };
      // Says at once that the stream stands, before the first event.
      send("retry: 1000\n\n");
    },
    cancel: () => stop(),
  });
  return new Response(body, {
    headers: { ...SSE_HEADERS, ...headers },
  });
}

function toSse(event: EventRow, data: Record<string, unknown>): string {
  return `id: ${event.seq}\nevent: ${event.type}\ndata: ${JSON.stringify(data)}\n\n`;
}
