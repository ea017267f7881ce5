import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { ApiError, apiFetch } from "vestibule-kit";
import type * as contract from "../../shared/api/contract.ts";
import { ofQuery } from "../../shared/api/ofQuery.ts";

/** One approval of a client: the session that it holds in my name. */
export type ClientSession = contract.Session;

/** One client with all that it holds in my name, newest first. */
export interface Client {
  id: string;
  name: string;
  sessions: ClientSession[];
}

/** The same list as that of my sessions: it is one. */
export function useClients() {
  return useQuery({
    queryKey: ["sessions"],
    queryFn: async (asked) =>
      (await apiFetch<{ sessions: ClientSession[] }>("/auth/sessions", ofQuery(asked))).sessions,
    select: byClient,
    refetchInterval: 60_000,
    refetchOnMount: "always",
  });
}

export function byClient(sessions: ClientSession[]): Client[] {
  const clients = new Map<string, Client>();
  for (const session of sessions) {
    if (session.kind !== "client") continue;
    const { client_id: id, client_name: name } = session;
    const known = clients.get(id) ?? { id, name: name || id, sessions: [] };
    known.sessions.push(session);
    clients.set(id, known);
  }
  return [...clients.values()]
    .map((client) => ({
      ...client,
      sessions: client.sessions.toSorted((a, b) => Date.parse(b.created_at) - Date.parse(a.created_at)),
    }))
    .sort((a, b) => a.name.localeCompare(b.name));
}

/** Takes back what a client has: ends each of its sessions. One that had ended already is fine. */
export function useTakeBack() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async ({ sessions }: Client) => {
      for (const { sid } of sessions) {
        try {
          await apiFetch<void>(`/auth/sessions/${encodeURIComponent(sid)}`, { method: "DELETE" });
        } catch (error) {
          if (!(error instanceof ApiError && error.status === 404)) throw error;
        }
      }
    },
    onSettled: () => queries.invalidateQueries({ queryKey: ["sessions"] }),
  });
}
