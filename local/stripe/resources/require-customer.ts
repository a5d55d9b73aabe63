import { missing } from "../http/error";
import type { Customer } from "../world/wire";
import type { World } from "../world/world";

/** A customer that is there and not deleted. Throws the 404 of the path. */
export function requireCustomer(world: World, id: string): Customer {
  const customer = world.tables.customers.get(id);
  if (!customer || "deleted" in customer) throw missing("customer", id);
  return customer;
}
