/** The run that the landing page replays: an example in the format of the event stream, with times in milliseconds from its start. */
export type ReplayEvent = { atMs: number; type: string; data: Record<string, string | number> };

export const EXAMPLE_AGENT = "summarise";
export const EXAMPLE_MODEL_STARTED_MS = 60;
export const EXAMPLE_TOTAL_MS = 12_400;

const SENTENCES = [
  "Pressure at station 4 fell at 02:14 because a return valve had been left half open after the October service. ",
  "Nobody was paged: the alert watches the mean of six sensors, and five of them were fine. ",
  "Supply was restored at 03:52, and no household was without water for more than forty minutes. ",
  "The valve's position is now part of the service checklist, and the alert watches each sensor by itself.",
];

/** The output in the pieces in which it arrives, two words at a time. */
function pieces(): string[] {
  return SENTENCES.join("").match(/(?:\S+\s*){1,2}/g) ?? [];
}

function buildEvents(): ReplayEvent[] {
  const texts = pieces();
  const firstMs = 1_900;
  const lastMs = EXAMPLE_TOTAL_MS - 160;
  const deltas = texts.map((text, index): ReplayEvent => {
    // A model's pace is uneven; a fixed wobble keeps server and browser in agreement.
    const wobble = ((index * 37) % 11) * 9;
    return { atMs: Math.round(firstMs + ((lastMs - firstMs - 160) * index) / texts.length + wobble), type: "output.delta", data: { step: 1, text } };
  });
  return [
    { atMs: 0, type: "run.started", data: { attempt: 1 } },
    { atMs: EXAMPLE_MODEL_STARTED_MS, type: "step.started", data: { step: 1, kind: "model" } },
    ...deltas,
    { atMs: lastMs, type: "step.completed", data: { step: 1, kind: "model", input_tokens: 2_871, output_tokens: 96 } },
    { atMs: EXAMPLE_TOTAL_MS, type: "run.succeeded", data: { status: "succeeded" } },
  ];
}

export const EXAMPLE_EVENTS: readonly ReplayEvent[] = buildEvents();
