import { refusedStates, takenStates, type Limit, type LimitState } from "@/lib/limits/state";
import { TAKE_SCRIPT, TAKE_SCRIPT_SHA } from "@/lib/limits/take-script";

/** The part of Redis that the shared limiter needs. */
export type ScriptRedis = {
  evalsha: (sha: string, keys: string[], args: number[]) => Promise<unknown>;
  eval: (script: string, keys: string[], args: number[]) => Promise<unknown>;
};

type Group = { limits: readonly Limit[]; size: number; answered: number };

/**
 * Takes for many requests in one command. Requests with the same limits are one group, of which the first ones in are
 * served: what a thousand requests of one key cost Redis is what one costs.
 * @throws when Redis does not answer, or not in the script's shape
 */
export async function takeShared(redis: ScriptRedis, requests: readonly (readonly Limit[])[]): Promise<LimitState[][]> {
  const groups = new Map<string, Group>();
  const groupOf: Group[] = requests.map((limits) => {
    const id = groupId(limits);
    let group = groups.get(id);
    if (!group) groups.set(id, (group = { limits, size: 0, answered: 0 }));
    group.size += 1;
    return group;
  });
  const keys: string[] = [];
  const args: number[] = [];
  for (const { limits, size } of groups.values()) {
    args.push(size, limits.length);
    for (const { key, quota, windowMs } of limits) {
      keys.push(key);
      args.push(quota, windowMs);
    }
  }
  const answer = requireNumbers(await runScript(redis, keys, args), groups.size + keys.length);
  const read = readAnswer([...groups.values()], answer);
  return groupOf.map((group) => stateOf(group, read.get(group) ?? { granted: 0, used: [] }));
}

type Read = { granted: number; used: number[] };

function readAnswer(groups: Group[], answer: number[]): Map<Group, Read> {
  const read = new Map<Group, Read>();
  let at = 0;
  for (const group of groups) {
    const end = at + 1 + group.limits.length;
    read.set(group, { granted: answer[at] ?? 0, used: answer.slice(at + 1, end) });
    at = end;
  }
  return read;
}

/** The next request of a group: what it took comes on top of what those before it took. */
function stateOf(group: Group, { granted, used }: Read): LimitState[] {
  const place = (group.answered += 1);
  const taken = Math.min(place, granted);
  const after = used.map((before, at) => before + taken * (group.limits[at]?.windowMs ?? 0));
  return place <= granted ? takenStates(group.limits, after) : refusedStates(group.limits, after);
}

function groupId(limits: readonly Limit[]): string {
  let id = "";
  for (const { key, quota } of limits) id += `${key} ${quota} `;
  return id;
}

async function runScript(redis: ScriptRedis, keys: string[], args: number[]): Promise<unknown> {
  try {
    return await redis.evalsha(TAKE_SCRIPT_SHA, keys, args);
  } catch (error) {
    if (!(error instanceof Error && error.message.includes("NOSCRIPT"))) throw error;
    // Redis has not seen the script since it started.
    return redis.eval(TAKE_SCRIPT, keys, args);
  }
}

function requireNumbers(answer: unknown, length: number): number[] {
  if (Array.isArray(answer) && answer.length === length && answer.every((item) => typeof item === "number")) return answer;
  throw new Error("The limit script answered in another shape.");
}
