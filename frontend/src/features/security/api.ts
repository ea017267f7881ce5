import { useMutation } from "@tanstack/react-query";
import { apiFetch } from "vestibule-kit";
import type * as contract from "../../shared/api/contract.ts";
import { deviceName } from "../../shared/format/device.ts";
import { say } from "../../shared/words/words.ts";

export type PasswordChange = contract.PasswordChange;

/** What a change did: the names of the sessions that it ended; null where that could not be read. */
export interface Changed {
  ended: string[] | null;
}

export function useChangePassword(options: { onSuccess: () => void; onError: (error: Error) => void }) {
  return useMutation({
    mutationFn: async (body: PasswordChange): Promise<Changed> => {
      await apiFetch<void>("/auth/password", { method: "POST", body });
      return { ended: await endedByChange() };
    },
    ...options,
  });
}

/** The change answers 204; what it ended is in the account of what happened, written with it. */
async function endedByChange(): Promise<string[] | null> {
  try {
    const { events } = await apiFetch<contract.EventList>("/auth/events?limit=200", { passive: true });
    const changed = events.find((event) => event.name === "password.changed");
    if (!changed) return null;
    const sameMoment = (event: contract.Event) =>
      Math.abs(Date.parse(event.at) - Date.parse(changed.at)) < 2_000;
    return events
      .filter((e) => e.name === "session.ended" && e.detail.reason === "password_changed" && sameMoment(e))
      .map((e) =>
        e.detail.device ? deviceName(e.detail.device, e.detail) : say("account.security.one_more"),
      );
  } catch {
    return null; // the password is changed all the same
  }
}
