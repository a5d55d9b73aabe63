import { randomBytes } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import type { MessageSummary, StoredMessage } from "./message";

/** How many messages are kept; the oldest go first. */
export const MOST_MESSAGES = 500;
const FILE = /^(\d{13}-[0-9a-f]{8})\.json$/;

const messageSchema = z.object({
  id: z.string(),
  to: z.array(z.string()),
  from: z.string(),
  subject: z.string(),
  text: z.string(),
  html: z.string().nullable(),
  received_at: z.string(),
  message_id: z.string().nullable(),
});

/** Messages as files of a folder, readable by nobody else: they hold sign-in links. Open one with `MessageStore.open`. */
export class MessageStore {
  /** Oldest first. */
  private readonly kept: MessageSummary[] = [];
  private lastMs = 0;

  private constructor(private readonly folder: string) {}

  /** Makes the folder when it is missing and reads what it holds. A file that cannot be read is reported and left where it is. */
  static async open(folder: string): Promise<MessageStore> {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const store = new MessageStore(folder);
    for (const name of (await readdir(folder)).sort()) {
      // What was being written when the process died.
      if (name.endsWith(".tmp")) await rm(path.join(folder, name), { force: true });
      const id = FILE.exec(name)?.[1];
      if (id === undefined) continue;
      const message = await store.read(id);
      if (message === null) continue;
      store.kept.push(summarise(message));
      store.lastMs = Number(id.slice(0, 13));
    }
    await store.trim();
    return store;
  }

  /** Writes a message, so that it is either there whole or not at all, and gives it its id. */
  async add(message: Omit<StoredMessage, "id" | "received_at">): Promise<StoredMessage> {
    // Ids sort by arrival, also when two messages share a millisecond or the clock is set back.
    this.lastMs = Math.max(Date.now(), this.lastMs + 1);
    const id = `${this.lastMs}-${randomBytes(4).toString("hex")}`;
    const stored: StoredMessage = { id, ...message, received_at: new Date(this.lastMs).toISOString() };
    const temporary = path.join(this.folder, `${id}.tmp`);
    await writeFile(temporary, JSON.stringify(stored), { mode: 0o600 });
    await rename(temporary, this.fileOf(id));
    const after = this.kept.findLastIndex((other) => other.id < id);
    this.kept.splice(after + 1, 0, summarise(stored));
    await this.trim();
    return stored;
  }

  /** Newest first; with `to`, only what was delivered to that address. */
  list(to: string | null): MessageSummary[] {
    const address = to?.toLowerCase();
    return this.kept.filter((message) => address === undefined || message.to.includes(address)).reverse();
  }

  /** A message, or null when there is none of that id. */
  async get(id: string): Promise<StoredMessage | null> {
    return this.kept.some((message) => message.id === id) ? this.read(id) : null;
  }

  /** Deletes everything. */
  async clear(): Promise<void> {
    for (const { id } of this.kept.splice(0)) await rm(this.fileOf(id), { force: true });
  }

  private fileOf(id: string): string {
    return path.join(this.folder, `${id}.json`);
  }

  private async read(id: string): Promise<StoredMessage | null> {
    try {
      return messageSchema.parse(JSON.parse(await readFile(this.fileOf(id), "utf8")));
    } catch (cause) {
      process.stderr.write(`message ${id} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}\n`);
      return null;
    }
  }

  private async trim(): Promise<void> {
    for (const { id } of this.kept.splice(0, Math.max(0, this.kept.length - MOST_MESSAGES))) await rm(this.fileOf(id), { force: true });
  }
}

function summarise({ id, to, from, subject, received_at }: StoredMessage): MessageSummary {
  return { id, to, from, subject, received_at };
}
