/** Vestibule's kit for React: a session on the page, and never a token. See README.md. */
export { apiFetch, apiStream } from "./apiFetch.ts";
export type { Expiry } from "./clock.ts";
export { type Connection, connection, connectionLost } from "./connection.ts";
export type { Credentials, OwnSession, Reason, User, Who } from "./contract.ts";
export { type Call, send } from "./http.ts";
export {
  type Expiring,
  RequireSession,
  SessionProvider,
  SignedIn,
  SignedOut,
  useDraft,
  useExpiry,
  useSession,
  useStepUp,
  useWho,
} from "./kit.tsx";
export { ApiError, type FieldFault, NetworkError, ProofDeclined } from "./problem.ts";
export type { StepUp } from "./proof.ts";
export { watchConnection } from "./reach.ts";
export { askSession, type Ended, onEnd, type Session, signedInAs, signIn, signOut } from "./session.ts";
export { createStore, type Store, useStore } from "./store.ts";
export { serverNow } from "./time.ts";
