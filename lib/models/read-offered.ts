/** What models an endpoint offers, asked with a tenant's key and through the outbound guard. */
import { z } from "zod";
import { AppError } from "@/lib/core/errors";
import { SECOND_MS } from "@/lib/core/time";
import { OutboundError } from "@/lib/platform/outbound/error";
import { outboundFetch } from "@/lib/platform/outbound/outbound";
import { takeEgress } from "@/lib/limits/egress";
import { DEFAULT_CONTEXT_TOKENS, DEFAULT_OUTPUT_TOKENS, MAX_MODELS, MOST_CONTEXT_TOKENS, modelIdSchema, type OwnModel } from "@/lib/models/schema";

const TIMEOUT_MS = 15 * SECOND_MS;
const MAX_BYTES = 4_194_304;

const answerSchema = z.object({ data: z.array(z.unknown()) });
const sizeSchema = z.number().int().min(1_000).max(MOST_CONTEXT_TOKENS);
/** Of what endpoints tell beside an id, the size of the context, which has a few names. */
const offeredSchema = z.object({ id: modelIdSchema, context_length: sizeSchema.optional().catch(undefined), context_window: sizeSchema.optional().catch(undefined), max_model_len: sizeSchema.optional().catch(undefined) });

/**
 * Asks `GET {baseUrl}/models`. Call it outside of transactions.
 * @returns at most as many as a key may have, with default sizes where the endpoint tells none
 * @throws AppError `invalid_field` for `key` when the endpoint refuses it, for `base_url` when no list comes from there
 */
export async function readOfferedModels(tenantId: string, baseUrl: string, key: string): Promise<OwnModel[]> {
  const body = await askEndpoint(tenantId, baseUrl, key);
  const found = new Map<string, OwnModel>();
  for (const one of body.data) {
    const { success, data } = offeredSchema.safeParse(one);
    if (success) found.set(data.id, toOwnModel(data));
  }
  if (found.size === 0) throw unreadable("The endpoint lists no models. Name them yourself.");
  return [...found.values()].slice(0, MAX_MODELS);
}

function toOwnModel(offered: z.output<typeof offeredSchema>): OwnModel {
  const context = offered.context_length ?? offered.context_window ?? offered.max_model_len ?? DEFAULT_CONTEXT_TOKENS;
  return { id: offered.id, name: offered.id.slice(0, 100), context_tokens: context, max_output_tokens: Math.min(context, DEFAULT_OUTPUT_TOKENS) };
}

async function askEndpoint(tenantId: string, baseUrl: string, key: string): Promise<z.output<typeof answerSchema>> {
  try {
    await takeEgress(tenantId);
    const { status, body } = await outboundFetch(`${baseUrl}/models`, { method: "GET", headers: { authorization: `Bearer ${key}`, accept: "application/json" }, timeoutMs: TIMEOUT_MS, maxBytes: MAX_BYTES, maxRedirects: 0 });
    if (status === 401 || status === 403) throw new AppError("invalid_field", "The endpoint refuses this key.", { param: "key" });
    if (status !== 200) throw unreadable(`The endpoint answered with status ${status} when it was asked for its models.`);
    return answerSchema.parse(JSON.parse(new TextDecoder().decode(body)));
  } catch (error) {
    if (error instanceof OutboundError) throw unreadable(error.message);
    if (error instanceof SyntaxError || error instanceof z.ZodError) throw unreadable("The endpoint's list of models could not be read. Name them yourself.");
    throw error;
  }
}

function unreadable(message: string): AppError {
  return new AppError("invalid_field", message, { param: "base_url" });
}
