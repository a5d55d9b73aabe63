import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from "smtp-server";
import { parseMessage } from "./message";
import type { MessageStore } from "./store";

const LARGEST_MESSAGE = 2 * 1024 * 1024;

/** An SMTP server that takes any message, with any credentials or none, and keeps it. Not yet listening. */
export function createSmtpServer(store: MessageStore): SMTPServer {
  return new SMTPServer({
    banner: "Stint mail sink",
    authOptional: true,
    allowInsecureAuth: true,
    // There is no certificate that a client could trust, and nothing leaves the machine.
    disabledCommands: ["STARTTLS"],
    disableReverseLookup: true,
    size: LARGEST_MESSAGE,
    closeTimeout: 500,
    onAuth: (auth, _session, done) => done(null, { user: auth.username ?? "anyone" }),
    onData: (stream, session, done) => {
      keep(stream, session, store).then(
        () => done(),
        (cause: unknown) => done(cause instanceof Error ? cause : new Error(String(cause))),
      );
    },
  });
}

async function keep(stream: SMTPServerDataStream, session: SMTPServerSession, store: MessageStore): Promise<void> {
  const chunks: Buffer[] = [];
  let size = 0;
  // The stream is in byte mode; its type does not say so.
  for await (const bytes of stream as AsyncIterable<Buffer>) {
    size += bytes.length;
    if (size <= LARGEST_MESSAGE) chunks.push(bytes);
  }
  if (size > LARGEST_MESSAGE) throw Object.assign(new Error("The message is too large."), { responseCode: 552 });
  const recipients = session.envelope.rcptTo.map((recipient) => recipient.address);
  await store.add(await parseMessage(Buffer.concat(chunks), recipients));
}
