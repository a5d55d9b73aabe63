/** A run as the stream of chunks that OpenAI's clients read. */
import { AppError, toErrorBody } from "@/lib/core/errors";
import { SECOND_MS } from "@/lib/core/time";
import { AnswerChanged, AnswerText } from "@/lib/chat/answer-text";
import { toFailure } from "@/lib/chat/failures";
import { toAnswer, toHead } from "@/lib/chat/present";
import type { ChatRequest, FinishReason } from "@/lib/chat/schema";
import { followRun } from "@/lib/runs/feed";
import { endsStream } from "@/lib/runs/live";
import type { RunDto } from "@/lib/runs/schema";
import { requireRun } from "@/lib/runs/service";

const KEEP_ALIVE_MS = 15 * SECOND_MS;
const HEADERS = { "Content-Type": "text/event-stream; charset=utf-8", "Cache-Control": "no-cache, no-transform", "X-Accel-Buffering": "no" };

export type ChatStream = {
  tenantId: string;
  run: RunDto;
  request: ChatRequest;
  callersTools: ReadonlySet<string>;
  /** Whether text may go out before the run has ended: not where a schema is enforced, since an answer may be taken back. */
  isLive: boolean;
  /** Makes the error that is sent when the run gives no answer. */
  tellError: (error: unknown) => AppError;
  requestId: string;
  /** The public origin, for links in errors. */
  origin: string;
  /** The client went away, or can be told no more. */
  onLeave: () => void;
};

type Delta = { role?: "assistant"; content?: string; tool_calls?: object[] };

/** Answers with the run's text as it comes, then why it ended, its usage where that was asked for, and `[DONE]`. */
export function streamChat(chat: ChatStream): Response {
  const { tenantId, run, request } = chat;
  const text = new AnswerText();
  const encoder = new TextEncoder();
  let stop = (): void => undefined;
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      let closed = false;
      const write = (line: string): void => {
        if (!closed) controller.enqueue(encoder.encode(line));
      };
      const send = (value: object): void => write(`data: ${JSON.stringify(value)}\n\n`);
      const chunk = makeChunk(chat);
      const keepAlive = setInterval(() => write(": keep-alive\n\n"), KEEP_ALIVE_MS);
      const close = (): void => {
        if (closed) return;
        stop();
        controller.close();
      };
      const fail = (error: unknown): void => {
        send(toErrorBody(chat.tellError(error), chat.requestId, chat.origin));
        close();
      };
      const finish = async (): Promise<void> => {
        const ended = await requireRun(tenantId, run.id);
        if (ended.status !== "succeeded") throw toFailure(ended);
        const { content, toolCalls, finishReason, usage } = toAnswer(ended, chat.callersTools);
        // What was held back, or everything.
        if (content.length > text.sent.length && content.startsWith(text.sent)) send(chunk({ content: content.slice(text.sent.length) }));
        if (toolCalls.length > 0) send(chunk({ tool_calls: toolCalls.map((call, index) => ({ index, ...call })) }));
        send(chunk({}, finishReason));
        if (request.stream_options?.include_usage) send({ ...chunk({}), choices: [], usage });
        write("data: [DONE]\n\n");
        close();
      };
      const unfollow = followRun({
        tenantId, runId: run.id, after: 0,
        onEvents: (events) => {
          try {
            const fresh = chat.isLive ? events.map((event) => text.add(event)).join("") : "";
            if (fresh !== "") send(chunk({ content: fresh }));
            if (events.some((event) => endsStream(event.type))) finish().catch(fail);
          } catch (error) {
            fail(error);
            if (error instanceof AnswerChanged) chat.onLeave();
          }
        },
        onError: (error) => {
          fail(new AppError("unavailable", undefined, { cause: error }));
          chat.onLeave();
        },
      });
      stop = () => {
        closed = true;
        clearInterval(keepAlive);
        unfollow();
      };
      send(chunk({ role: "assistant", content: "" }));
    },
    cancel: () => {
      stop();
      chat.onLeave();
    },
  });
  return new Response(body, { headers: { ...HEADERS, "Stint-Run-Id": run.id } });
}

function makeChunk({ run, request }: ChatStream): (delta: Delta, finishReason?: FinishReason) => object {
  const { id, created, model } = toHead(run, request.model);
  // Where usage was asked for, the chunks before it say that it comes.
  const usage = request.stream_options?.include_usage ? { usage: null } : {};
  return (delta, finishReason) => ({ id, object: "chat.completion.chunk", created, model, choices: [{ index: 0, delta, logprobs: null, finish_reason: finishReason ?? null }], ...usage });
}
