import { connection, connectionLost } from "./connection.ts";
import { NetworkError, readProblem } from "./problem.ts";
import { heardTime } from "./time.ts";

/** What to send, and how. */
export interface Call {
  method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Sent as JSON. */
  body?: unknown;
  signal?: AbortSignal;
  /** Not a person's doing, but a page's that looks again by itself: it does not slide the session. */
  passive?: boolean;
  /** Sees the answer's headers, whatever the answer is. */
  onAnswer?: (response: Response) => void;
}

/**
 * Sends one request to our own origin and reads the JSON of the answer; undefined for 204.
 * Rejects with ApiError for an answer that is no success, with NetworkError when none came.
 * It shows nothing, leads nowhere and repeats nothing: what an error means is for those who call.
 */
export async function send<T>(path: string, call: Call = {}): Promise<T> {
  const asked = Date.now();
  const response = await reach(path, call);
  connection.set("up");
  // Other dates may be those of a downstream.
  if (path.startsWith("/auth/")) heardTime(response.headers.get("Date"), asked);
  call.onAnswer?.(response);
  if (!response.ok) throw await readProblem(response);
  if (response.status === 204) return undefined as T;
  return (await response.json()) as T;
}

async function reach(path: string, call: Call): Promise<Response> {
  try {
    return await fetch(path, init(call));
  } catch (error) {
    if (call.signal?.aborted) throw error;
    connectionLost();
    throw new NetworkError("unreachable", { cause: error });
  }
}

function init({ method = "GET", body, signal, passive }: Call): RequestInit {
  const headers = new Headers({ Accept: "application/json" });
  if (method !== "GET") headers.set("X-CSRF", "1");
  if (passive) headers.set("X-Vestibule-Activity", "none");
  const sent: RequestInit = {
    method,
    headers,
    credentials: "same-origin",
    mode: "same-origin",
    cache: "no-store",
  };
  if (body !== undefined) {
    headers.set("Content-Type", "application/json");
    sent.body = JSON.stringify(body);
  }
  if (signal) sent.signal = signal;
  return sent;
}
