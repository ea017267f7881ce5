import type { Session } from "./api.ts";

/** A session that was ended on this page. Its row stays, in place, until the next visit. */
export interface EndedHere {
  session: Session;
  at: Date;
  already: boolean;
}

export interface Row {
  session: Session;
  ended: EndedHere | null;
}

/** This device first, then by last use. What was ended here keeps its place though the server lists it no more. */
export function rowsOf(listed: Session[], endedHere: EndedHere[]): Row[] {
  const gone = new Map(endedHere.map((one) => [one.session.sid, one]));
  const live = listed.filter(({ sid }) => !gone.has(sid)).map((session): Row => ({ session, ended: null }));
  const dead = [...gone.values()].map((ended): Row => ({ session: ended.session, ended }));
  return [...live, ...dead].sort(
    (a, b) =>
      Number(b.session.current) - Number(a.session.current) ||
      Date.parse(b.session.last_seen_at) - Date.parse(a.session.last_seen_at),
  );
}
