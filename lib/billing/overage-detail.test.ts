import { expect, test } from "vitest";
import { overageDetail } from "@/lib/billing/overage-detail";

const overage = { ms: 150_000n, units: 150_000n * 50_000n, modelMicros: 120_000n };

test("an overage is told with what it is made of, and a part that is nothing is not told", () => {
  expect(overageDetail(overage)).toBe("2.5 min for $0.13, model spend $0.12");
  expect(overageDetail({ ...overage, modelMicros: 0n })).toBe("2.5 min for $0.13");
  expect(overageDetail({ ms: 0n, units: 0n, modelMicros: 5_000n })).toBe("model spend $0.005");
});
