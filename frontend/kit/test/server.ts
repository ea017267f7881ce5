import { vi } from "vitest";
import type { Who } from "../contract.ts";

/** What was asked of the stand-in for the server. */
export interface Asked {
  method: string;
  path: string;
  /** Without its question mark. */
  query: string;
  headers: Headers;
  body: unknown;
}

type Answer = () => Response | Promise<Response>;

/**
 * Stands in for the server: answers by "METHOD /path". A list is used up one by one, and its last
 * one stays; what is not listed is 404. Returns what was asked, in order.
 */
export function serve(answers: Record<string, Answer | Answer[]>): Asked[] {
  const asked: Asked[] = [];
  const left = new Map(
    Object.entries(answers).map(([key, value]) => [key, Array.isArray(value) ? [...value] : [value]]),
  );
  vi.stubGlobal("fetch", async (input: string, init: RequestInit = {}) => {
    const { pathname, search } = new URL(input, "http://localhost");
    const method = init.method ?? "GET";
    const body: unknown = typeof init.body === "string" ? JSON.parse(init.body) : undefined;
    asked.push({ method, path: pathname, query: search.slice(1), headers: new Headers(init.headers), body });
    const queue = left.get(`${method} ${pathname}`);
    const answer = queue && queue.length > 1 ? queue.shift() : queue?.[0];
    return answer ? answer() : problem(404, "not_found")();
  });
  return asked;
}

export function json(body: unknown, status = 200, headers: Record<string, string> = {}): Answer {
  return () =>
    new Response(JSON.stringify(body), {
      status,
      headers: { "content-type": "application/json", ...headers },
    });
}

export function noContent(): Response {
  return new Response(null, { status: 204 });
}

export function problem(
  status: number,
  code: string,
  more: Record<string, unknown> = {},
  headers: Record<string, string> = {},
): Answer {
  const document = {
    type: "about:blank",
    title: "No",
    status,
    code,
    detail: "A sentence.",
    request_id: "r1",
    ...more,
  };
  return () =>
    new Response(JSON.stringify(document), {
      status,
      headers: { "content-type": "application/problem+json", ...headers },
    });
}

/** No answer at all, as when offline. */
export function cut(): Promise<Response> {
  return Promise.reject(new TypeError("Failed to fetch"));
}

export const unauthenticated = problem(401, "unauthenticated");

const minute = 60_000;
const ago = (milliseconds: number) => new Date(Date.now() - milliseconds).toISOString();

export function who(id = "u1"): Who {
  return {
    user: { id, email: "demo@example.com", name: "Demo", role: "user" },
    session: {
      sid: "s1",
      kind: "browser",
      created_at: ago(60 * minute),
      last_seen_at: ago(0),
      idle_expires_at: ago(-30 * minute),
      absolute_expires_at: ago(-11 * 60 * minute),
      auth_time: ago(60 * minute),
      amr: ["pwd"],
      acr: "aal1",
    },
  };
}
