import { expect, test } from "vitest";
import { withOverage, type InvoicePreview } from "@/lib/billing/invoices/preview-lines";

const plain: InvoicePreview = {
  lines: [{ label: "Starter plan", detail: "one month", cents: 4_900, kind: "plan" }], subtotalCents: 4_900, discountCents: 0, taxCents: 0, reverseCharge: false, creditCents: 0, totalCents: 4_900, dueAt: null, estimated: false,
};

test("what Stripe has counted already is left as it says, also when that is more", () => {
  expect(withOverage(plain, 0, "")).toEqual(plain);
  const counted = withOverage(plain, 30, "a");
  expect(withOverage(counted, 30, "b")).toEqual(counted);
  expect(withOverage(counted, 20, "b")).toEqual(counted);
});

test("what it has not is added, exactly where nothing depends on it", () => {
  expect(withOverage(plain, 31, "some")).toMatchObject({ lines: [{ kind: "overage", cents: 31, detail: "some" }, { kind: "plan" }], subtotalCents: 4_931, totalCents: 4_931, estimated: false });
});

test("with a discount, a tax or a credit it is an estimate, and credit never pays more than there is", () => {
  expect(withOverage({ ...plain, discountCents: 2_450, totalCents: 2_450 }, 100, "")).toMatchObject({ subtotalCents: 5_000, discountCents: 2_500, totalCents: 2_500, estimated: true });
  expect(withOverage({ ...plain, taxCents: 490, totalCents: 5_390 }, 100, "")).toMatchObject({ taxCents: 500, totalCents: 5_500, estimated: true });
  expect(withOverage({ ...plain, creditCents: 4_900, totalCents: 0 }, 100, "")).toMatchObject({ creditCents: 4_900, totalCents: 100, estimated: true });
});
