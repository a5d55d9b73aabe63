import { parseArgs } from "node:util";
import { explain, Problem } from "../problem";
import { printCredentials } from "./credentials";
import { resolveHome } from "./home";
import { Session } from "./session";

/** Runs `npm start` with its arguments; the process ends with it. */
export async function main(args: string[]): Promise<void> {
  try {
    const { values } = parseArgs({ args, options: { credentials: { type: "boolean" } } });
    const home = resolveHome(process.env.STINT_HOME);
    if (values.credentials) {
      printCredentials(home);
      return;
    }
  } catch (error) {
    console.error(error instanceof Problem ? error.message : `${error instanceof Error ? error.message : String(error)}. The only option is --credentials.`);
    process.exitCode = 1;
    return;
  }
  let session: Session | null = null;
  try {
    session = new Session(process.env);
    await session.run();
  } catch (error) {
    // While it is being stopped, whatever was under way fails; that is no news.
    if (session?.stopping) return;
    console.error(`✗ ${explain(error)}`);
    if (session) await session.end(1);
    else process.exitCode = 1;
  }
}
