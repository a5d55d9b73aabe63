/**
 * Runs the Stripe sandbox. Environment: STRIPE_SECRET_KEY (required), STRIPE_WEBHOOK_URL and STRIPE_WEBHOOK_SECRET (where
 * events go, and what signs them), STRIPE_DIR (folder of its state; without one it is kept in memory), STRIPE_PUBLIC_URL
 * (address that browsers reach it at; default: where it listens), PORT (default 4003), HOST.
 */
import { join } from "node:path";
import { formatHost, readPort, requireEnv, serve } from "../serve";
import { createStripeSandbox } from "./server";

await serve(() => {
  const port = readPort("PORT", 4003);
  const base = process.env.STRIPE_PUBLIC_URL || `http://${formatHost(process.env.HOST || "127.0.0.1")}:${port}`;
  const webhookUrl = process.env.STRIPE_WEBHOOK_URL;
  const sandbox = createStripeSandbox({
    url: () => base,
    secretKey: requireEnv("STRIPE_SECRET_KEY"),
    webhook: webhookUrl ? { url: webhookUrl, secret: requireEnv("STRIPE_WEBHOOK_SECRET"), enabledEvents: ["*"] } : null,
    file: process.env.STRIPE_DIR ? join(process.env.STRIPE_DIR, "state.json") : null,
  });
  return {
    server: sandbox.server,
    defaultPort: 4003,
    open: async () => {
      sandbox.start();
      return {};
    },
    close: async () => sandbox.close(),
  };
});
