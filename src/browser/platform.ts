import type { Platform } from './types.ts';

/** What a browser has, in a page or in a worker, and `parts` in place of it. */
export function platformWith(parts: Partial<Platform> | undefined): Platform {
  const scope = globalThis;
  const platform: Platform = {
    // Called as a method of anything but the global object, these throw.
    fetch: (input, init) => scope.fetch(input, init),
    setTimeout: (callback, milliseconds) => scope.setTimeout(callback, milliseconds),
    clearTimeout: (timer) => scope.clearTimeout(timer),
    WebSocket: scope.WebSocket,
    now: () => performance.now(),
    random: Math.random,
    base: scope.location?.href,
    events: scope,
    isOnline: () => scope.navigator?.onLine !== false,
    memory,
  };
  return Object.assign(platform, parts);
}

/** The storage of the tab, which a page may be denied, and which may be full. */
function memory(key: string, name?: string): string | null | undefined {
  try {
    if (name) sessionStorage.setItem(key, name);
    return sessionStorage.getItem(key);
  } catch {
    return undefined;
  }
}
