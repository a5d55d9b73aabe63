import type Stripe from "stripe";
import { clearable, object, type Names, type Read } from "../http/kinds";
import type { Address } from "../world/wire";

const fields = { line1: clearable, line2: clearable, city: clearable, state: clearable, postal_code: clearable, country: clearable } satisfies Names<Stripe.AddressParam>;
export const address = object(fields);

export const EMPTY_ADDRESS: Address = { city: null, country: null, line1: null, line2: null, postal_code: null, state: null };

export function readAddress(given: Read<typeof fields> | null | undefined): Address | null | undefined {
  return given ? { ...EMPTY_ADDRESS, ...given } : given;
}
