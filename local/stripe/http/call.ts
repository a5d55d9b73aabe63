import type { World } from "../world/world";
import { readShape, type Read, type Shape } from "./kinds";
import type { Form } from "./form";

export interface Asked<P> {
  world: World;
  params: P;
  /** The ids in the path, in order. */
  id: string;
  second: string;
}

export interface Call {
  method: "GET" | "POST" | "DELETE";
  path: RegExp;
  run: (world: World, form: Form, ids: string[]) => object;
}

/** Declares one call: `:id` in the path stands for an id. */
export function call<S extends Shape>(method: Call["method"], path: string, shape: S, answer: (asked: Asked<Read<S>>) => object): Call {
  return {
    method,
    path: new RegExp(`^${path.replaceAll(/:\w+/g, "([^/]+)")}$`),
    run: (world, form, [id = "", second = ""]) => answer({ world, params: readShape(shape, form), id, second }),
  };
}
