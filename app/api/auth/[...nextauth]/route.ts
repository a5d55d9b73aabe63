import NextAuth from "next-auth";
import { authOptions } from "@/lib/http/auth-options";

type Args = { params: Promise<{ nextauth: string[] }> };

async function handle(request: Request, args: Args): Promise<Response> {
  // Inside the App Router next-auth takes and gives web-standard objects; its types know the older kind only.
  return NextAuth(request as never, args as never, authOptions()) as Promise<Response>;
}

export { handle as GET, handle as POST };
