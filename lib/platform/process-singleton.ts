/**
 * One instance a process. Next bundles routes, pages and instrumentation separately, and each bundle has its own copy
 * of a module's variables; a pool or a batch must not be made once per copy.
 */
export function processSingleton<T extends object>(name: string, create: () => T): T {
  const registry = globalThis as typeof globalThis & { [key: symbol]: object | undefined };
  const key = Symbol.for(`stint.${name}`);
  // The symbol is ours alone, and only this function writes under it.
  return (registry[key] ??= create()) as T;
}
