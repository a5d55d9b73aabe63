import type { Engine } from "./engine";
import { openMemoryEngine } from "./memory/memory-engine";
import { findRedisBinary, startRedisChild } from "./redis-child";
import { openRedisEngine } from "./redis-engine";

export interface EngineSettings {
  redisUrl: string | null;
  searchPath: string;
  dataFolder: string | null;
}

/** The best engine there is: the Redis at `redisUrl`, else one of our own from a server found on the search path, else memory. */
export async function chooseEngine({ redisUrl, searchPath, dataFolder }: EngineSettings): Promise<Engine> {
  if (redisUrl !== null) return openRedisEngine({ url: redisUrl });
  const binary = await findRedisBinary(searchPath);
  if (binary === null) return openMemoryEngine();
  try {
    const child = await startRedisChild(binary, dataFolder);
    const engine = await openRedisEngine({ socketPath: child.socketPath });
    const close = async (): Promise<void> => {
      await engine.close();
      await child.stop();
    };
    return { ...engine, close };
  } catch (cause) {
    process.stderr.write(`keeping Redis data in memory instead: ${cause instanceof Error ? cause.message : String(cause)}\n`);
    return openMemoryEngine();
  }
}
