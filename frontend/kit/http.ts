import { connection, connectionLost } from "./connection.ts";
import { NetworkError, readProblem } from "./problem.ts";
import { heardTime } from "./time.ts";

/** What to send, and how. */
export interface Call {
  method?: "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE" | undefined;
  /** Sent as JSON; FormData, Blob, URLSearchParams and ArrayBuffer as they are. */
  body?: unknown;
  /** Further ones, such as Idempotency-Key; in place of Accept and Content-Type too. */
  headers?: Record<string, string> | undefined;
  signal?: AbortSignal | undefined;
  /** Not a person's doing, but a page's that looks again by itself: it does not slide the session. */
  passive?: boolean | undefined;
  /** Sees the answer's headers, whatever the answer is. */
  onAnswer?: ((response: Response) => void) | undefined;
}

/**
 * Sends one request to our own origin and reads the JSON of the answer; undefined where it has none.
 * Rejects with ApiError for an answer that is no success, with NetworkError when none came, or half of one,
 * with the reason of the signal, and with TypeError for what can't be sent.
 * It shows nothing, leads nowhere and repeats nothing: what an error means is for those who call.
 */
export async function send<T>(path: string, call: Call = {}): Promise<T> {
  const response = await begin(path, call);
  const text = await response.text().catch((error) => lost(error, call));
  const isJSON = /[/+]json\b/.test(response.headers.get("Content-Type") ?? "");
  return (isJSON && text ? JSON.parse(text) : undefined) as T;
}

/** An answer that takes longer, in milliseconds, is none: everyone who asks would wait with it. */
const patience = 10_000;
const ours = new WeakSet<AbortSignal>();

/** A signal of the kit's own: what takes that long did not reach the server. */
export function notForEver(): AbortSignal {
  const signal = AbortSignal.timeout(patience);
  ours.add(signal);
  return signal;
}

/** Rejects where no whole answer came. Who gave up gets their own reason. */
function lost(error: unknown, { signal }: Call): never {
  if (signal?.aborted && !ours.has(signal)) throw error;
  connectionLost();
  throw new NetworkError("unreachable", { cause: error });
}

/** The same for an answer that is read as it comes: it is there as soon as it begins. */
export async function begin(path: string, call: Call = {}): Promise<Response> {
  const asked = Date.now();
  const response = await fetch(path, init(path, call)).catch((error) => lost(error, call));
  connection.set("up");
  // Other dates may be those of a downstream.
  if (path.startsWith("/auth/")) heardTime(response.headers.get("Date"), asked);
  call.onAnswer?.(response);
  if (!response.ok) throw await readProblem(response);
  return response;
}

const asTheyAre = [FormData, Blob, URLSearchParams, ArrayBuffer];

function init(path: string, { method = "GET", body, headers, signal, passive }: Call): RequestInit {
  const json = body !== undefined && !asTheyAre.some((kind) => body instanceof kind);
  const all = new Headers({ Accept: "application/json" });
  if (json) all.set("Content-Type", "application/json");
  for (const name in headers) all.set(name, headers[name] as string);
  if (method !== "GET") all.set("X-CSRF", "1");
  if (passive) all.set("X-Vestibule-Activity", "none");
  const sent: RequestInit = {
    method,
    headers: all,
    body: (json ? JSON.stringify(body) : body) as BodyInit,
    signal: signal ?? null,
    credentials: "same-origin",
    mode: "same-origin",
    cache: "no-store",
  };
  if (new URL(new Request(path, sent).url).origin !== location.origin)
    throw new TypeError(`${path} is of another origin`);
  return sent;
}
