import { newId } from "@/lib/core/ids";
import { SECOND_MS } from "@/lib/core/time";
import { log } from "@/lib/platform/log";
import { leaveWorkerSign } from "@/lib/platform/worker-sign";
import { LEAST_SLICE_MS, MOST_ATTEMPTS, reservedSlots, SLICE_MS } from "@/lib/runs/policy";
import { execute, type Execution } from "@/lib/runs/worker/execute";
import { claimRun, readRunSignals, reapExpiredLeases, type ClaimKind } from "@/lib/runs/worker/repo";

const IDLE_MS = 150;
const AWAY_MS = SECOND_MS;
const SIGNALS_MS = 400;
const REAP_MS = 2 * SECOND_MS;
/** A process that comes to its work this late takes no more on: its leases would end before it could renew them. */
const OVERLOADED_MS = 300;
/** How often a worker that works says so. */
const SIGN_EVERY_MS = 5 * SECOND_MS;

export type RunWorker = {
  id: string;
  /** Milliseconds since the loop that has been quiet for longest last did its turn: claiming, passing on signals, or taking back from lost workers. */
  quietMs: () => number;
  /** Takes no more runs, gives those under way `graceMs` to end, hands the rest back to the queue. */
  stop: (graceMs: number) => Promise<void>;
};

/** Claims and executes runs, `slots` at a time, until stopped. Any number of processes may do so. */
export function startRunWorker(slots: number): RunWorker {
  const id = newId("wrk");
  const active = new Set<Execution>();
  const claiming = new AbortController();
  // Runs that are let go on while the worker stops can still be canceled.
  const tending = new AbortController();
  const turns = [performance.now(), performance.now(), performance.now()];
  const noted = (index: number, turn: () => Promise<number>) => async (): Promise<number> => {
    const waitMs = await turn();
    turns[index] = performance.now();
    return waitMs;
  };
  const leaveSign = makeSign();
  const loops = [
    loop(claiming.signal, noted(0, async () => {
      const waitMs = await claimNext(id, slots, active);
      leaveSign();
      return waitMs;
    })),
    loop(tending.signal, noted(1, () => passOnSignals(active))),
    loop(tending.signal, noted(2, reap)),
  ];
  return {
    id,
    quietMs: () => performance.now() - Math.min(...turns),
    stop: async (graceMs) => {
      claiming.abort();
      await loops[0];
      const ended = Promise.all([...active].map((one) => one.done));
      await Promise.race([ended, sleep(graceMs, new AbortController().signal)]);
      for (const one of active) one.stop("shutdown");
      await ended;
      tending.abort();
      await Promise.all(loops);
    },
  };
}

/** Leaves the sign that runs are executed, now and then, without making anybody wait. */
function makeSign(): () => void {
  let leftAt = -Infinity;
  return () => {
    if (performance.now() - leftAt < SIGN_EVERY_MS) return;
    leftAt = performance.now();
    // Without Redis nobody can read it either, and that it is away is told by `/api/ready`.
    leaveWorkerSign().catch(() => undefined);
  };
}

/** Repeats `turn`, which says how long to wait before the next one, until `signal` aborts. */
async function loop(signal: AbortSignal, turn: () => Promise<number>): Promise<void> {
  while (!signal.aborted) {
    let waitMs = AWAY_MS;
    try {
      waitMs = await turn();
    } catch (error) {
      log().warn({ err: error }, "worker waits for the database");
    }
    if (waitMs > 0) await sleep(waitMs, signal);
  }
}

async function claimNext(id: string, slots: number, active: Set<Execution>): Promise<number> {
  if (active.size > 0 && (await latenessMs()) > OVERLOADED_MS) return IDLE_MS;
  const askedAt = performance.now();
  const claim = await claimRun(id, SLICE_MS, LEAST_SLICE_MS, kindOfRoom(slots, active));
  if (!claim) return IDLE_MS;
  if (claim.outcome === "claimed") {
    const execution = execute(claim, askedAt);
    active.add(execution);
    void execution.done.then(() => active.delete(execution));
  }
  return 0;
}

/** What a worker with these runs has room for. A child needs no slot of its own: its parent waits for it in one. */
function kindOfRoom(slots: number, active: Set<Execution>): ClaimKind {
  const roots = [...active].filter((one) => !one.isChild).length;
  if (roots >= slots) return "child";
  return roots >= slots - reservedSlots(slots) ? "first" : "any";
}

/** How late this process comes to what is due now: its event loop's lag, in milliseconds. */
function latenessMs(): Promise<number> {
  const began = performance.now();
  return new Promise((resolve) => setTimeout(() => resolve(performance.now() - began), 1));
}

async function passOnSignals(active: Set<Execution>): Promise<number> {
  if (active.size === 0) return SIGNALS_MS;
  const held = [...active];
  for (const { run_id, signal } of await readRunSignals(held)) {
    const execution = held.find((one) => one.runId === run_id);
    if (signal === "recheck") execution?.recheck();
    else execution?.stop(signal);
  }
  return SIGNALS_MS;
}

async function reap(): Promise<number> {
  const reaped = await reapExpiredLeases(MOST_ATTEMPTS);
  if (reaped > 0) log().warn({ reaped }, "runs were taken back from lost workers");
  return REAP_MS;
}

function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener("abort", done);
  });
}
