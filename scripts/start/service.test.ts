import { afterEach, expect, test, vi } from "vitest";
import { Service, type Running } from "./service";

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

/** A process that lives until it is told to end. */
function fakeProcess(): Running & { crash(): void; stops: number } {
  let settle: (end: { code: number | null; signal: null }) => void = () => undefined;
  const exited = new Promise<{ code: number | null; signal: null }>((resolve) => (settle = resolve));
  const running = {
    pid: 1,
    exited,
    stops: 0,
    crash: () => settle({ code: 1, signal: null }),
    async stop() {
      running.stops++;
      settle({ code: 0, signal: null });
    },
    kill: () => settle({ code: null, signal: null }),
  };
  return running;
}

test("begins a process again that ended unasked, later each time", async () => {
  vi.useFakeTimers();
  vi.spyOn(console, "error").mockImplementation(() => undefined);
  const processes: ReturnType<typeof fakeProcess>[] = [];
  const service = new Service("web", async () => {
    const running = fakeProcess();
    processes.push(running);
    return running;
  });
  await service.start();
  processes[0]?.crash();
  await vi.advanceTimersByTimeAsync(499);
  expect(processes).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(1);
  expect(processes).toHaveLength(2);
  processes[1]?.crash();
  await vi.advanceTimersByTimeAsync(999);
  expect(processes).toHaveLength(2);
  await vi.advanceTimersByTimeAsync(1);
  expect(processes).toHaveLength(3);
  await service.stop();
  expect(processes[2]?.stops).toBe(1);
});

test("does not begin again after it was stopped, also while it waits to", async () => {
  vi.useFakeTimers();
  vi.spyOn(console, "error").mockImplementation(() => undefined);
  let launches = 0;
  const running = fakeProcess();
  const service = new Service("web", async () => {
    launches++;
    return running;
  });
  await service.start();
  running.crash();
  await vi.advanceTimersByTimeAsync(100);
  await service.stop();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(launches).toBe(1);
});

test("stopping waits for one that is just being begun", async () => {
  const running = fakeProcess();
  let finishLaunch: (value: Running) => void = () => undefined;
  const service = new Service("web", () => new Promise<Running>((resolve) => (finishLaunch = resolve)));
  const started = service.start();
  const stopped = service.stop();
  finishLaunch(running);
  await Promise.all([started, stopped]);
  expect(running.stops).toBe(1);
});

test("a first launch that fails is told to the caller", async () => {
  const service = new Service("web", async () => {
    throw new Error("no port");
  });
  await expect(service.start()).rejects.toThrow("no port");
});
