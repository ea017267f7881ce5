import { createStore } from "./store.ts";

/** Whether the last request reached the server. */
export type Connection = "up" | "offline" | "unreachable";

export const connection = createStore<Connection>("up");

/** Something did not reach the server. */
export function connectionLost(): void {
  connection.set(globalThis.navigator?.onLine === false ? "offline" : "unreachable");
}
