import { AppError } from "@/lib/core/errors";

/** Largest body that the API reads. */
export const MAX_BODY_BYTES = 8 * 1024 * 1024;

/**
 * Reads a JSON body, counting bytes as they come: a wrong or missing `Content-Length` changes nothing.
 * @throws AppError 413, 415 or 400
 */
export async function readJson(request: Request): Promise<{ raw: string; value: unknown }> {
  if (Number(request.headers.get("content-length") ?? 0) > MAX_BODY_BYTES) throw new AppError("payload_too_large");
  const raw = await readText(request);
  if (raw === "") return { raw, value: {} };
  if (!/^application\/(?:[\w.-]+\+)?json\b/i.test(request.headers.get("content-type") ?? "")) throw new AppError("unsupported_media_type");
  try {
    return { raw, value: JSON.parse(raw) };
  } catch (error) {
    throw new AppError("invalid_json", error instanceof Error ? `The body is not valid JSON: ${error.message}.` : undefined);
  }
}

function tooLarge(most: number): AppError {
  return new AppError("payload_too_large", `The body is larger than ${Math.floor(most / 1024 / 1024)} MB.`);
}

/** Reads a body as text, as `readJson` does. @param most how many bytes it may have @throws AppError 413 or 400 */
export async function readText(request: Request, most = MAX_BODY_BYTES): Promise<string> {
  if (!request.body) return "";
  const reader = request.body.getReader();
  const chunks: Uint8Array[] = [];
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    size += value.byteLength;
    if (size > most) {
      await reader.cancel();
      throw tooLarge(most);
    }
    chunks.push(value);
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(Buffer.concat(chunks));
  } catch {
    throw new AppError("invalid_json", "The body is not valid UTF-8.");
  }
}
