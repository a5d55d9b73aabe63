/** The text of an answer as it grows, out of a run's events. Pure. */
import { TURN_BREAK } from "@/lib/chat/present";

type Event = { type: string; data: Record<string, unknown> };

/** Thrown when a model that had to begin its turn again says something else: what was sent cannot be taken back. */
export class AnswerChanged extends Error {}

/**
 * Says of each event which text it adds to what was sent. A turn begins again when its worker died: what it says a
 * second time is compared with what was sent, and not sent twice.
 */
export class AnswerText {
  /** Everything that was sent. */
  sent = "";
  #step = 0;
  /** Where the text of the turn begins in `sent`. */
  #from = 0;
  /** How much of the turn's text has been heard in its present attempt. */
  #heard = 0;

  /** The text to send, or "". @throws AnswerChanged */
  add({ type, data }: Event): string {
    if (type === "step.started" && data.kind === "model" && data.step === this.#step) this.#heard = 0;
    if (type !== "output.delta") return "";
    const { step, text } = data;
    if (typeof step !== "number" || typeof text !== "string" || text === "") return "";
    let added = "";
    if (step !== this.#step) {
      added = this.sent === "" ? "" : TURN_BREAK;
      this.sent += added;
      this.#step = step;
      this.#from = this.sent.length;
      this.#heard = 0;
    }
    const known = this.sent.slice(this.#from + this.#heard, this.#from + this.#heard + text.length);
    if (!text.startsWith(known)) throw new AnswerChanged("A worker was lost, and the answer that began anew is another one.");
    this.#heard += text.length;
    const fresh = text.slice(known.length);
    this.sent += fresh;
    return added + fresh;
  }
}
