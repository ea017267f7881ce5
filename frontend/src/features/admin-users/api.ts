import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { apiFetch } from "vestibule-kit";
import type {
  Adjustment,
  EndedCount,
  OverseenSessionList,
  OverseenUser,
  OverseenUserAnswer,
  OverseenUserList,
  ToldEventList,
} from "../../shared/api/contract.ts";
import { ofQuery } from "../../shared/api/ofQuery.ts";
import { useKeyset } from "../../shared/list/useKeyset.ts";

export type User = OverseenUser;

export function useUsers(filters: Record<"q" | "role" | "disabled", string>) {
  return useKeyset("/admin/users", filters, (page: OverseenUserList) => page.users);
}

const path = (id: string) => `/admin/users/${encodeURIComponent(id)}`;

export function useUser(id: string) {
  return useQuery({
    queryKey: ["admin", "user", id],
    queryFn: async (asked) => (await apiFetch<OverseenUserAnswer>(path(id), ofQuery(asked))).user,
    refetchOnMount: "always",
  });
}

/** What an administrator can do to someone. */
export type Act = "disable" | "enable" | "promote" | "demote" | "end";

const changes = {
  disable: { disabled: true },
  enable: { disabled: false },
  promote: { role: "admin" },
  demote: { role: "user" },
} satisfies Record<string, Adjustment>;

/** What has become of someone by an act: as they are now, and how many sessions ended with it. */
export interface Done {
  act: Act;
  user: User;
  ended: number;
}

/** Does it. A change of someone ends all that they have open. */
export function useAct(act: Act, user: User) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (): Promise<Done> => {
      if (act === "end") {
        const { ended } = await apiFetch<EndedCount>(`${path(user.id)}/sessions`, {
          method: "DELETE",
        });
        return { act, ended, user: { ...user, sessions: 0 } };
      }
      const body = changes[act];
      const changed = (await apiFetch<OverseenUserAnswer>(path(user.id), { method: "PATCH", body })).user;
      return { act, ended: user.sessions - changed.sessions, user: changed };
    },
    onSuccess: (done) => {
      client.setQueryData(["admin", "user", user.id], done.user);
      void client.invalidateQueries({ queryKey: ["admin", "of", user.id] });
    },
  });
}

const few = 5;

/** The newest of someone's sessions, and of what happened to them or by them. */
export function useTheir(id: string) {
  const user = encodeURIComponent(id);
  const sessions = useQuery({
    queryKey: ["admin", "of", id, "sessions"],
    queryFn: (asked) =>
      apiFetch<OverseenSessionList>(`/admin/sessions?user=${user}&limit=${few}`, ofQuery(asked)),
    refetchOnMount: "always",
  });
  const events = useQuery({
    queryKey: ["admin", "of", id, "events"],
    queryFn: (asked) => apiFetch<ToldEventList>(`/admin/events?user=${user}&limit=${few}`, ofQuery(asked)),
    refetchOnMount: "always",
  });
  return { sessions, events };
}
