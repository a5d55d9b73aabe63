import type { z } from "zod";
import type { Permission } from "@/lib/tenants/policy";

/** What a route says of itself, and what its entry in the OpenAPI document is made of. Its schemas are those it parses with. */
export type RouteDescription = {
  /** Name in metrics and logs, as the path's pattern: `/v1/runs/{id}`. */
  name: string;
  /** Name of the operation in generated clients: `listRuns`. */
  operation: string;
  /** One line for a developer: what a call does. */
  summary: string;
  /** What the caller must be allowed to do; null: anyone authenticated. */
  permission: Permission | null;
  /** Answers whoever asks, without a key. */
  isPublic?: boolean;
  /** False for the routes a capped customer needs to look and stop. Default: counted as an API call. */
  counted?: boolean;
  params?: z.ZodType | undefined;
  query?: z.ZodType | undefined;
  body?: z.ZodType | undefined;
  /** The answer in JSON; `z.never()` where there is none. */
  response: z.ZodType;
  /** Status of a plain answer. Default 200. */
  status?: number;
  /** Content types by status of answers that are not JSON in the response's schema; none: an answer without a body. */
  alsoAnswers?: Readonly<Record<number, readonly string[]>>;
  /** Headers of the request that only this route reads, with what they mean. */
  headers?: Readonly<Record<string, string>>;
  /** A body that the schema takes. */
  example?: unknown;
};

/** A handler that knows what it is. Those for methods that a route does not answer know nothing. */
export type RouteHandler = ((request: Request, args: { params: Promise<Record<string, string>> }) => Promise<Response>) & { readonly description?: RouteDescription };

/** Attaches a description to a handler. */
export function describeHandler(handler: RouteHandler, description: RouteDescription): RouteHandler {
  return Object.assign(handler, { description });
}
