import { AppError } from "@/lib/core/errors";
import { requestIdOf } from "@/lib/http/context";
import { errorResponse } from "@/lib/http/error-response";
import { edgeEnv } from "@/lib/platform/env";

/** Whatever no other route answers, in the pinned shape. */
async function unknownRoute(request: Request): Promise<Response> {
  const { pathname } = new URL(request.url);
  return errorResponse(new AppError("not_found", `There is no route ${request.method} ${pathname}.`), requestIdOf(request.headers), edgeEnv().APP_URL);
}

export { unknownRoute as GET, unknownRoute as POST, unknownRoute as PUT, unknownRoute as PATCH, unknownRoute as DELETE };
