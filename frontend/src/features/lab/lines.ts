/** What the lab tells, line by line. Times are milliseconds, on the lab's own monotonic clock. */

export type LaneName = "cookie" | "feed" | "signature";
export type WayName = LaneName | "lookup";

export interface Began {
  kind: "began";
  at: string;
  /** revoke */
  token_lifetime_ms?: number;
  leeway_ms?: number;
  /** cost */
  ways?: WayName[];
  requests?: number;
}

/** One request of the experiment `revoke`. Before the end it has no time of its own. */
export interface Probe {
  kind: "probe";
  lane: LaneName;
  before?: boolean;
  at_ms?: number;
  took_ms: number;
  status: number;
  admitted: boolean;
}

/** The moment before the end is asked for: the zero of the axis. */
export interface Ending {
  kind: "ending";
  at: string;
  expires_ms: number;
  leeway_over_ms: number;
}

export interface Ended {
  kind: "ended";
  at_ms: number;
}

/** A stream that was open, and was closed by the end. */
export interface Closed {
  kind: "closed";
  stream: "live" | "downstream";
  at_ms: number;
  reason: string;
}

/** What some requests of each way took. */
export interface Timings {
  kind: "timings";
  done: number;
  took_ms: Partial<Record<WayName, number[]>>;
}

export interface WaySummary {
  p50_ms: number;
  p90_ms: number;
  p99_ms: number;
  most_ms: number;
  parts_ms: Partial<Record<"session" | "token" | "upstream" | "signature" | "database", number>>;
}

export interface CostResult {
  kind: "result";
  ways: Partial<Record<WayName, WaySummary>>;
  lookups_by_outcome: { cache: number; database: number; refused: number };
  requests: number;
  bytes: { cookie: number; token: number };
}

export interface Measured {
  kind: "measured";
  what: "cached" | "lookups";
  p50_ms: number;
  workers?: number;
  per_second?: number;
}

export interface ScalePoint {
  replicas: number;
  sessions: number;
  lookup_per_second: number;
  cache_per_second: number;
}

export interface ScaleResult {
  kind: "result";
  simulated: true;
  replicas: number;
  by_replicas: ScalePoint[];
  by_sessions: ScalePoint[];
  measured: {
    lookup_ms: number;
    lookups_per_second: number;
    cached_ms: number;
    cookie_bytes: number;
    token_bytes: number;
  };
  bandwidth: { cookie_kbit_per_second: number; token_kbit_per_second: number };
}

export type SceneName = "refresh" | "database" | "token";
export type Who = "client" | "thief" | "vestibule" | "person";
export type Deed =
  | "signed_in"
  | "copied"
  | "refreshed"
  | "asked_api"
  | "replayed"
  | "recorded"
  | "no_database"
  | "copied_row"
  | "tried_cookie"
  | "tried_bearer"
  | "tried_refresh"
  | "still_in"
  | "decoded"
  | "shown_as_it_is"
  | "made_administrator"
  | "shown_elsewhere";

export interface Step {
  kind: "step";
  scene: SceneName;
  who: Who;
  did: Deed;
  status?: number;
  code?: string;
  took_ms?: number;
  after_ms?: number;
  digest?: string;
  successor?: string;
  head?: Record<string, unknown>;
  claims?: Record<string, unknown>;
}

export type HopName = "sent" | "cross_site" | "session" | "route" | "token" | "downstream" | "answer";

export interface Hop {
  kind: "hop";
  hop: HopName;
  pass: "first" | "again";
  took_ms?: number;
  /** session: cache or database; token: cached or issued. */
  source?: string;
  status?: number;
  method?: string;
  path?: string;
  cookie?: string;
  characters?: number;
  bytes?: number;
  digest?: string;
  head?: Record<string, unknown>;
  claims?: Record<string, unknown>;
  /** Of what was sent, their names; of what arrived or was answered, their values too. */
  headers?: string[] | Record<string, string>;
  missing?: string[];
}

export interface Refusal {
  kind: "refusal";
  hop: HopName;
  status: number;
  code: string;
}

/** An experiment that could not go on. */
export interface FailedLine {
  kind: "failed";
  code: string;
  detail: string;
}

export type Line =
  | Began
  | Probe
  | Ending
  | Ended
  | Closed
  | Timings
  | CostResult
  | Measured
  | ScaleResult
  | Step
  | Hop
  | Refusal
  | FailedLine
  | { kind: "done" };

/** Those of one kind, in order. */
export function of<Kind extends Line["kind"]>(lines: Line[], kind: Kind): Extract<Line, { kind: Kind }>[] {
  return lines.filter((line): line is Extract<Line, { kind: Kind }> => line.kind === kind);
}
