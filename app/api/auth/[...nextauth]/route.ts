import NextAuth from "next-auth";
import { authOptions } from "@/lib/http/auth-options";

type Args = { params: Promise<{ nextauth: string[] }> };

async function handle(request: Request, args: Args): Promise<Response> {
  // next-auth answers with a Response inside the App Router; its types say `any`.
  const answer: Response = await NextAuth(request as never, args as never, authOptions());
  return answer;
}

export { handle as GET, handle as POST };
