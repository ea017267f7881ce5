/** One input that broke a rule, as the server names it. */
export interface FieldFault {
  field: string;
  /** Stable and snake_case. */
  rule: string;
  /** A sentence for people, in English. */
  message: string;
}

/** An answer that was no success: a problem document (RFC 9457), or what could be made of it. */
export class ApiError extends Error {
  override readonly name = "ApiError";

  constructor(
    readonly status: number,
    /** Stable and snake_case; empty where the answer carried none. */
    readonly code: string,
    /** A sentence for people. */
    readonly detail: string,
    readonly fields: FieldFault[] = [],
    /** Seconds until another try makes sense, from Retry-After. */
    readonly retryAfter: number | null = null,
    readonly requestId = "",
    /** Further members of the document, such as `acr` and `max_age`. */
    readonly extra: Record<string, unknown> = {},
  ) {
    super(detail || code || String(status));
  }
}

/** No answer came: offline, or the server can't be reached. */
export class NetworkError extends Error {
  override readonly name = "NetworkError";
}

/** A proof was asked for, and the person chose not to give it. Nothing has happened. */
export class ProofDeclined extends Error {
  override readonly name = "ProofDeclined";
}

/** Reads an answer that was no success. Never fails: a proxy's page of HTML is an error too. */
export async function readProblem(response: Response): Promise<ApiError> {
  const document = await readObject(response);
  const { code, detail, request_id: requestId, fields, type, title, status, ...extra } = document;
  return new ApiError(
    response.status,
    text(code),
    text(detail) || text(title),
    Array.isArray(fields) ? fields.filter(isFieldFault) : [],
    seconds(response.headers.get("Retry-After")),
    text(requestId),
    extra,
  );
}

async function readObject(response: Response): Promise<Record<string, unknown>> {
  try {
    const body: unknown = await response.json();
    return isObject(body) ? body : {};
  } catch {
    return {};
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isFieldFault(value: unknown): value is FieldFault {
  return isObject(value) && typeof value.field === "string" && typeof value.message === "string";
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function seconds(header: string | null): number | null {
  if (!header) return null;
  const given = Number(header);
  if (Number.isFinite(given)) return Math.max(1, Math.ceil(given));
  const date = Date.parse(header);
  return Number.isNaN(date) ? null : Math.max(1, Math.ceil((date - Date.now()) / 1000));
}
