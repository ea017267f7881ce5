import { useSyncExternalStore } from "react";

/** A value that components follow. What is set is compared by identity. */
export interface Store<T> {
  get(): T;
  set(value: T): void;
  /** Calls the listener after each change, until what it returns is called. */
  subscribe(listener: () => void): () => void;
}

/** Makes a store that holds `first`. */
export function createStore<T>(first: T): Store<T> {
  let value = first;
  const listeners = new Set<() => void>();
  return {
    get: () => value,
    set(next) {
      if (Object.is(value, next)) return;
      value = next;
      for (const listener of [...listeners]) listener();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** The value as it is now; draws anew when it changes. */
export function useStore<T>(store: Store<T>): T {
  return useSyncExternalStore(store.subscribe, store.get, store.get);
}
