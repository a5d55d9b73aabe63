/**
 * Runs the Redis gateway. Environment: GATEWAY_TOKEN (the bearer token, required), REDIS_URL (a Redis or Valkey to
 * stand in front of; without it a server found on PATH is started, else data is kept in memory), GATEWAY_DATA_DIR
 * (folder for that server's socket), PORT (default 4003), HOST.
 */
import { requireEnv, serve } from "../serve";
import { chooseEngine } from "./choose-engine";
import { createGateway } from "./gateway";

await serve(async () => {
  const token = requireEnv("GATEWAY_TOKEN");
  const engine = await chooseEngine({
    redisUrl: process.env.REDIS_URL || null,
    searchPath: process.env.PATH ?? "",
    dataFolder: process.env.GATEWAY_DATA_DIR || null,
  });
  return { server: createGateway({ token, engine }), defaultPort: 4003, close: () => engine.close() };
});
