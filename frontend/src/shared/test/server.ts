import type { Who } from "vestibule-kit";
import { who } from "../../../kit/test/server.ts";

// biome-ignore lint/performance/noBarrelFile: the kit's tests and those of the pages share one stand-in for the server
export { cut, json, noContent, problem, serve, unauthenticated, who } from "../../../kit/test/server.ts";

/** An administrator who is signed in. */
export function admin(): Who {
  const { user, session } = who("a1");
  return { user: { ...user, email: "admin@example.com", name: "Admin", role: "admin" }, session };
}
