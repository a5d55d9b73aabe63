/** The conversation of a run, put together from what is stored. Pure, so that a resumed run says to the model exactly what it said before. */
import { modelDetailSchema, toolDetailSchema, type Message, type ToolCall } from "@/lib/runs/context";

/** A stored step, as far as a conversation needs it. */
export type StoredStep = { seq: number; kind: string; name: string; output: string; finishReason: string | null; detail: unknown };

/** A model's turn: its text, the calls it asked for, and their results as far as they are stored, by place. */
export type Turn = { seq: number; text: string; finishReason: string; calls: ToolCall[]; results: Map<number, { content: string; ok: boolean }> };

/** Where the tool step of a turn's call stands: a call that is taken up again finds itself. */
export function seqOfCall(turn: { seq: number }, place: number): number {
  return turn.seq + 1 + place;
}

/** Where the model step after a turn stands. */
export function seqAfter(turn: { seq: number; calls: readonly unknown[] }): number {
  return turn.seq + turn.calls.length + 1;
}

/** The turns of a run, from its stored steps in their order. */
export function toTurns(steps: readonly StoredStep[]): Turn[] {
  const turns: Turn[] = [];
  for (const step of steps) {
    if (step.kind === "model") {
      const detail = modelDetailSchema.safeParse(step.detail);
      turns.push({ seq: step.seq, text: step.output, finishReason: step.finishReason ?? "stop", calls: detail.success ? detail.data.tool_calls : [], results: new Map() });
      continue;
    }
    const turn = turns.findLast((one) => one.seq < step.seq);
    const detail = toolDetailSchema.safeParse(step.detail);
    if (turn) turn.results.set(step.seq - turn.seq - 1, { content: step.output, ok: !detail.success || detail.data.ok });
  }
  return turns;
}

/** What a turn adds to the conversation. Its calls have all been answered. */
export function messagesOf(turn: Turn): Message[] {
  return [
    { role: "assistant", content: turn.text, tool_calls: turn.calls },
    ...turn.calls.map((call, place): Message => ({ role: "tool", tool_call_id: call.id, content: turn.results.get(place)?.content ?? "" })),
  ];
}
