/** Who is signed in, as GET /auth/session tells it. */
export interface User {
  /** Stable. Two pages that show the same id show the same person. */
  id: string;
  email: string;
  name: string;
  role: "admin" | "user";
}

/** The session of this browser. All times are RFC 3339, by the server's clock. */
export interface OwnSession {
  /** The public identifier; it opens nothing. */
  sid: string;
  kind: "browser" | "client";
  created_at: string;
  last_seen_at: string;
  /** The first limit: the session ends here if it is not used. Use puts it off. */
  idle_expires_at: string;
  /** The second limit: nothing puts it off. */
  absolute_expires_at: string;
  /** When the person last proved who they are. */
  auth_time: string;
  amr: string[];
  acr: string;
}

/** GET /auth/session, and what signing in answers. */
export interface Who {
  user: User;
  session: OwnSession;
}

/** What POST /auth/login takes. */
export interface Credentials {
  email: string;
  password: string;
  /** "Keep me signed in": longer limits, and a cookie that outlives the browser. */
  remember?: boolean;
}

/** Why a session ended. `expired` means that a limit was reached; it is told to open pages only. */
export type Reason =
  | "signed_out"
  | "ended_by_user"
  | "ended_by_admin"
  | "password_changed"
  | "account_changed"
  | "reuse"
  | "suspicious"
  | "deleted"
  | "expired";
