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
 * Sends one request to our own origin and reads the JSON of the answer; undefined where it has none.
 * Rejects with ApiError for an answer that is no success, with NetworkError when none came, or half of one.
 * It shows nothing, leads nowhere and repeats nothing: what an error means is for those who call.
 */
export async function send<T>(path: string, call: Call = {}): Promise<T> {
  const response = await begin(path, call);
  try {
    const text = await response.text();
    return (isJSON(response) && text ? JSON.parse(text) : undefined) as T;
  } catch (error) {
    throw error instanceof SyntaxError ? error : lost(error, call);
  }
}

function isJSON(response: Response): boolean {
  return /[/+]json\b/.test(response.headers.get("Content-Type") ?? "");
}

/** What to reject with where no whole answer came. Who gave up gets their own reason; a time that is over is no answer. */
function lost(error: unknown, { signal }: Call): unknown {
  if (signal?.aborted && signal.reason?.name !== "TimeoutError") return error;
  connectionLost();
  return new NetworkError("unreachable", { cause: error });
}

/** The same for an answer that is read as it comes: it is there as soon as it begins. */
export async function begin(path: string, call: Call = {}): Promise<Response> {
  const asked = Date.now();
  const response = await reach(path, call);
  connection.set("up");
  // Other dates may be those of a downstream.
  if (path.startsWith("/auth/")) heardTime(response.headers.get("Date"), asked);
  call.onAnswer?.(response);
  if (!response.ok) throw await readProblem(response);
  return response;
}

async function reach(path: string, call: Call): Promise<Response> {
  try {
    return await fetch(path, init(call));
  } catch (error) {
    throw lost(error, call);
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
