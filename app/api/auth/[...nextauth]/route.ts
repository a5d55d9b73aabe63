import NextAuth from "next-auth";
import { authOptions } from "@/lib/http/auth-options";
import { finishHandshake } from "@/lib/http/handshake";
import { configuredProviders } from "@/lib/http/sign-in-providers";

type Args = { params: Promise<{ nextauth: string[] }> };

/** Of next-auth's addresses only the one that a provider sends the browser back to does anything. */
async function handle(request: Request, args: Args): Promise<Response> {
  const [action, name, ...more] = (await args.params).nextauth;
  const provider = configuredProviders().find((one) => one === name);
  if (request.method === "GET" && action === "callback" && provider && more.length === 0) return finishHandshake(request, provider);
  // Inside the App Router next-auth takes and gives web-standard objects; its types know the older kind only.
  return NextAuth(request as never, args as never, authOptions()) as Promise<Response>;
}

export { handle as GET, handle as POST };
