import { LEASE_MARGIN_MS, LEAST_SLICE_MS, SLICE_MS } from "@/lib/runs/policy";
import { renewLease, type Claim, type Renewal } from "@/lib/runs/worker/repo";

/** Why a run has to stop before it is done. */
export type StopReason = "cap_reached" | "key_cap_reached" | "timed_out" | "canceled" | "paused" | "lost" | "lease_ended" | "shutdown";

/** What the run's abort signal carries. */
export class RunStopped extends Error {
  constructor(readonly reason: StopReason) {
    super(`run stopped: ${reason}`);
    this.name = "RunStopped";
  }
}

const RETRY_MS = 250;

/**
 * The time that a run may spend. Renews itself half-way through each slice and aborts `signal` before the slice ends
 * if it could not. Time is this process's monotonic clock, and a grant counts from the moment it was asked for, so the
 * worker always stops before the database takes the lease for expired.
 */
export class Lease {
  private readonly controller = new AbortController();
  private renewTimer: NodeJS.Timeout | undefined;
  private endTimer: NodeJS.Timeout | undefined;
  private renewing: Promise<void> | undefined;
  private closed = false;
  /** Why the database did not renew. */
  private refusal: Exclude<Renewal["outcome"], "renewed"> | null = null;
  /** Up to here the time is settled; what came after is worked and not yet reported. */
  private settledUntil: number;
  private settledMs: number;
  private grantedUntil: number;
  /** Since when the run waits for something that is not its own work; null: it works. */
  private heldSince: number | null = null;

  /** @param askedAt `performance.now()` when the claim was sent @param executedMs what earlier attempts settled */
  constructor(
    private readonly claim: Claim,
    askedAt: number,
    executedMs: number,
  ) {
    this.settledUntil = performance.now();
    this.settledMs = executedMs;
    this.grantedUntil = askedAt + claim.granted_ms;
    this.schedule(claim.granted_ms);
  }

  /** Aborts with a RunStopped when the run has to stop. */
  get signal(): AbortSignal {
    return this.controller.signal;
  }

  /** Milliseconds the run has executed in all, this moment included. */
  executedMs(): number {
    return this.settledMs + this.unsettledMs();
  }

  /** Stops the run for a reason that came from outside. */
  stop(reason: StopReason): void {
    this.controller.abort(new RunStopped(reason));
  }

  /** Stops the run's clock until the returned function is called: waiting in line is not executing. The lease still ends when it does. */
  hold(): () => void {
    const since = performance.now();
    this.heldSince = since;
    return () => {
      this.heldSince = null;
      this.settledUntil += performance.now() - since;
    };
  }

  /** Settles and asks for the next slice now, because a limit has changed. */
  recheck(): void {
    clearTimeout(this.renewTimer);
    void this.renew();
  }

  /** Ends renewing and returns the milliseconds that are still to be settled. Call once, right before settling. */
  async close(): Promise<number> {
    this.closed = true;
    clearTimeout(this.renewTimer);
    clearTimeout(this.endTimer);
    await this.renewing;
    return this.unsettledMs();
  }

  /**
   * For a run whose lease ended before the next one was heard of, which near its cap or its longest time is a matter of
   * milliseconds: why the database does not renew it. Null: it would have, or it is away.
   */
  async lastWord(): Promise<Exclude<Renewal["outcome"], "renewed"> | null> {
    await this.close();
    if (this.refusal === null) await this.renewOnce();
    return this.refusal;
  }

  private unsettledMs(): number {
    return Math.max(0, Math.floor(Math.min(this.heldSince ?? performance.now(), this.grantedUntil) - this.settledUntil));
  }

  private schedule(grantedMs: number): void {
    this.renewTimer = setTimeout(() => void this.renew(), grantedMs / 2);
    clearTimeout(this.endTimer);
    this.endTimer = setTimeout(() => this.stop("lease_ended"), Math.max(0, this.grantedUntil - LEASE_MARGIN_MS - performance.now()));
  }

  private async renew(): Promise<void> {
    if (this.closed || this.signal.aborted || this.renewing) return;
    this.renewing = this.renewOnce();
    await this.renewing;
    this.renewing = undefined;
  }

  private async renewOnce(): Promise<void> {
    const askedAt = performance.now();
    const workedMs = this.unsettledMs();
    try {
      const renewal = await renewLease(this.claim.run_id, this.claim.fence, workedMs, SLICE_MS, LEAST_SLICE_MS);
      this.settledUntil += workedMs;
      this.settledMs += workedMs;
      this.grantedUntil = askedAt + renewal.granted_ms;
      if (renewal.outcome !== "renewed") {
        this.refusal = renewal.outcome;
        this.stop(renewal.outcome);
      } else if (!this.closed) {
        this.schedule(renewal.granted_ms);
      }
    } catch {
      // The database is away. The lease still stands; ask again until it ends, and then stop rather than run unmetered.
      if (!this.closed) this.renewTimer = setTimeout(() => void this.renew(), RETRY_MS);
    }
  }
}
