import { createStore } from "./store.ts";

/**
 * What the person of this page has typed and not saved, by name. In memory alone: it is gone with the
 * page, and whoever comes next never gets it.
 */
export const drafts = createStore<ReadonlyMap<string, unknown>>(new Map());

/** Keeps a draft, or with undefined drops it. */
export function keep(name: string, draft: unknown): void {
  const next = new Map(drafts.get());
  if (draft === undefined) next.delete(name);
  else next.set(name, draft);
  drafts.set(next);
}

/** The person has left. */
export function dropDrafts(): void {
  drafts.set(new Map());
}
