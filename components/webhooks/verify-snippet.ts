/** How a receiver checks that a delivery is ours, with any library that speaks Standard Webhooks. */
export const VERIFY_SNIPPET = `import { Webhook } from "standardwebhooks";

const webhook = new Webhook(process.env.STINT_WEBHOOK_SECRET);

export async function POST(request) {
  const body = await request.text();
  // Throws when it was not signed with your secret.
  const event = webhook.verify(body, Object.fromEntries(request.headers));
  if (event.type === "run.failed") console.error(event.data.id, event.data.error);
  return new Response(null, { status: 204 });
}`;
