/**
 * Takes tokens from several buckets at once, all or nothing, for several requests in one call; lib/limits/token-bucket.ts
 * has the rule. A script of our own, because a library limits one key at a time: a request that its second limit refuses
 * would still have taken from the first. Redis runs a script as one step, and its clock is the only one that counts, so
 * edge processes whose clocks differ cannot disagree. A script over several keys is for one database, such as Upstash's
 * or a single Redis; a Redis Cluster would want them all in one slot.
 *
 * ARGV, for each group of equal requests: how many ask, how many limits they have, and each limit's quota and window.
 * KEYS: the buckets, in that order. Answer, for each group: how many were granted, and what each bucket had used before.
 * A bucket is kept as `used at`, for a second longer than until it is full again: a server that looks at its clock between
 * two commands must not find it gone while it was still filling.
 */
export const TAKE_SCRIPT = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local answer, key, arg = {}, 0, 1
while ARGV[arg] do
  local granted, limits = tonumber(ARGV[arg]), tonumber(ARGV[arg + 1])
  local at_answer, turned_back, used = #answer + 1, false, {}
  answer[at_answer] = 0
  for i = 1, limits do
    local quota, window = tonumber(ARGV[arg + 2 * i]), tonumber(ARGV[arg + 2 * i + 1])
    local stored, missing = redis.call('GET', KEYS[key + i]), 0
    if stored then
      local before, at = string.match(stored, '^(%d+) (%d+)$')
      if before then
        local elapsed = math.min(window, math.max(0, now - at))
        turned_back = turned_back or tonumber(at) > now
        missing = math.max(0, math.min(tonumber(before), quota * window) - elapsed * quota)
      end
    end
    used[i] = missing
    answer[at_answer + i] = missing
    granted = math.min(granted, math.floor((quota * window - missing) / window))
  end
  answer[at_answer] = granted
  if granted > 0 or turned_back then
    for i = 1, limits do
      local quota, window = tonumber(ARGV[arg + 2 * i]), tonumber(ARGV[arg + 2 * i + 1])
      local after = used[i] + granted * window
      if after > 0 then redis.call('SET', KEYS[key + i], string.format('%.0f %.0f', after, now), 'PX', math.ceil(after / quota) + 1000) end
    end
  end
  key = key + limits
  arg = arg + 2 + 2 * limits
end
return answer
`;

/** The name under which Redis keeps the script once it has seen it: its SHA-1. A test compares it with the text. */
export const TAKE_SCRIPT_SHA = "d2d7e944e9d26b1b866019e30259ac63f2f23cc3";
