/** Before the integration tests: a real PostgreSQL, the gateway, the model server and the mail sink, in process.env as the application reads them. */
import { startTestStack } from "./stack";

/** Called by vitest once; what it returns is called at the end. */
export async function setup(): Promise<() => Promise<void>> {
  const stack = await startTestStack();
  Object.assign(process.env, stack.env, {
    NODE_ENV: "test",
    STINT_TEST_MAIL_URL: stack.mailPage,
    STINT_TEST_DATABASE_URL: stack.env.DATABASE_URL,
    STINT_TEST_DATABASE_MIGRATE_URL: stack.env.DATABASE_MIGRATE_URL,
  });
  return () => stack.stop();
}
