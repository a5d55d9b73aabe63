/**
 * Handles one of Stripe's events in a process of its own, which dies at the n-th message that leaves it: `node --import tsx
 * scripts/test/handle-event.ts`, then one message `{ event, dieAt }` from its parent. Every effect that it can have is a message to PostgreSQL,
 * Stripe or Redis, so this is a kill -9 at any point that anybody can tell from another.
 */
import { Socket } from "node:net";
import { receiveEvent } from "@/lib/billing/events/dispatch";
import { readEvent } from "@/lib/billing/events/event";
import { pingDb } from "@/lib/platform/db";
import { openQueue } from "@/lib/platform/queue";

let left = Number.POSITIVE_INFINITY;

/** Counts what is written to any connection. The last message goes out whole; nobody here reads its answer. */
function countWrites(): void {
  const write = Reflect.get(Socket.prototype, "_writeGeneric") as (this: Socket, ...given: unknown[]) => unknown;
  Reflect.set(Socket.prototype, "_writeGeneric", function count(this: Socket, ...given: unknown[]): unknown {
    // The pipe to the parent is no connection.
    if (!this.remoteAddress && !this.connecting) return write.apply(this, given);
    if (left <= 0) process.kill(process.pid, "SIGKILL");
    left -= 1;
    const outcome = write.apply(this, given);
    if (left === 0) process.kill(process.pid, "SIGKILL");
    return outcome;
  });
}

process.once("message", ({ event, dieAt }: { event: unknown; dieAt: number }) => {
  left = dieAt;
  receiveEvent(readEvent(event)).then(
    (status) => process.send?.({ status, sent: dieAt - left }, () => process.exit(0)),
    (error: unknown) => process.send?.({ failed: error instanceof Error ? (error.stack ?? error.message) : String(error) }, () => process.exit(1)),
  );
});

// A process that has run for a while: what it says when it begins is no part of an event.
await openQueue();
await pingDb();
countWrites();
process.send?.({ ready: true });
