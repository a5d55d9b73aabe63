import { unstable_rethrow } from "next/navigation";
import { reportError } from "@/lib/platform/report-error";
import { getSignedIn } from "@/lib/http/page";

/** Public pages are read while the database is away, the one about the state of things above all: they do not wait for it longer than this. */
const PATIENCE_MS = 500;

/** Where the reader of a public page works, and what the way there is called. */
export type HomePath = { href: string; label: string };

/** Null: nobody is signed in, or it cannot be told for the moment. Who has no session costs no query. */
export async function findHomePath(): Promise<HomePath | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<null>((resolve) => { timer = setTimeout(() => resolve(null), PATIENCE_MS); });
  try {
    return await Promise.race([homePath(), late]);
  } catch (error) {
    unstable_rethrow(error);
    reportError(error, { job: "public header" });
    return null;
  } finally {
    clearTimeout(timer);
  }
}

async function homePath(): Promise<HomePath | null> {
  const signedIn = await getSignedIn();
  if (!signedIn) return null;
  const [first] = signedIn.memberships;
  return first ? { href: `/t/${first.slug}`, label: "Your workspace" } : { href: "/welcome", label: "Create workspace" };
}
