import { connectionLost, connectionUp } from "./connection.ts";
import { NetworkError, readProblem } from "./problem.ts";

export interface Call {
  method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  body?: unknown;
  signal?: AbortSignal;
  /** Not a person's doing: it does not slide the session. */
  passive?: boolean;
  /** Sees the answer's headers, whatever the answer is. */
  onAnswer?: (response: Response) => void;
}

/**
 * Sends one request to our own origin and reads the JSON of the answer; undefined for 204.
 * Rejects with ApiError for an answer that is no success, with NetworkError when none came.
 * It shows nothing and leads nowhere: what an error means is for those who call.
 */
export async function send<T>(path: string, call: Call = {}): Promise<T> {
  const response = await begin(path, call);
  if (response.status === 204) return undefined as T;
  return (await response.json()) as T;
}

/** The same for an answer that is read as it comes: it is there as soon as it begins. */
export async function begin(path: string, call: Call = {}): Promise<Response> {
  const response = await reach(path, call);
  connectionUp();
  call.onAnswer?.(response);
  if (!response.ok) throw await readProblem(response);
  return response;
}

async function reach(path: string, call: Call): Promise<Response> {
  try {
    return await fetch(path, init(call));
  } catch (error) {
    if (call.signal?.aborted) throw error;
    connectionLost();
    throw new NetworkError("The server could not be reached.", { cause: error });
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
