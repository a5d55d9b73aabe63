import { describe, expect, it } from "vitest";
import { simulateLeases } from "@/components/marketing/cap-model";

const MINUTE = 60_000;
const setup = { capMs: 100 * MINUTE, sliceMs: 5_000, leastMs: 100, horizonMs: 12 * MINUTE };

describe("simulateLeases", () => {
  it("never passes the cap and leaves nothing worth leasing, at any load", () => {
    for (let load = 1; load <= 200; load += 1) {
      const { points, usedMs, stoppedAtMs } = simulateLeases({ ...setup, load });
      for (const point of points) {
        expect(point.used).toBeLessThanOrEqual(setup.capMs);
        expect(point.leased).toBeLessThanOrEqual(setup.capMs);
        expect(point.leased).toBeGreaterThanOrEqual(point.used);
      }
      if (stoppedAtMs !== null) expect(setup.capMs - usedMs).toBeLessThan(setup.leastMs);
    }
  });

  it("reaches the cap when load times time says so", () => {
    expect(simulateLeases({ ...setup, load: 20 }).stoppedAtMs).toBe(5 * MINUTE);
    expect(simulateLeases({ ...setup, load: 4 }).stoppedAtMs).toBeNull();
  });

  it("cuts the last slice to what is left", () => {
    const { usedMs, stoppedAtMs } = simulateLeases({ ...setup, capMs: 12_000, load: 1 });
    expect(usedMs).toBe(12_000);
    expect(stoppedAtMs).toBe(12_000);
  });
});
