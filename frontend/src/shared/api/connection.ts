import { createStore } from "./store.ts";

/** Whether the last request reached the server. The bar on top of the page follows it. */
export type Connection = "up" | "offline" | "unreachable";

export const connection = createStore<Connection>("up");

export function connectionLost(): void {
  connection.set(navigator.onLine === false ? "offline" : "unreachable");
}

export function connectionUp(): void {
  connection.set("up");
}
