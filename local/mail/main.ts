/**
 * Runs the mail sink. Environment: MAIL_DIR (folder of the messages, required), PORT (web, default 4002), SMTP_PORT
 * (default 4025), HOST, MAIL_HOSTS (comma-separated names besides loopback that the web side may be called by).
 */
import { formatHost, readPort, requireEnv, serve } from "../serve";
import { listenSmtp } from "./listen-smtp";
import { createSmtpServer } from "./smtp";
import { MessageStore } from "./store";
import { createMailWeb } from "./web";

await serve(async () => {
  const host = process.env.HOST || "127.0.0.1";
  const hosts = (process.env.MAIL_HOSTS ?? "").split(",").map((name) => name.trim().toLowerCase()).filter((name) => name !== "");
  const smtpPort = readPort("SMTP_PORT", 4025);
  const store = await MessageStore.open(requireEnv("MAIL_DIR"));
  const smtp = createSmtpServer(store);
  return {
    server: createMailWeb(store, hosts),
    defaultPort: 4002,
    open: async () => ({ smtp: `smtp://${formatHost(host)}:${await listenSmtp(smtp, smtpPort, host)}` }),
    close: () => new Promise((resolve) => smtp.close(resolve)),
  };
});
