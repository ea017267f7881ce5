import { useMutation } from "@tanstack/react-query";
import { send } from "./http.ts";
import { ApiError } from "./problem.ts";
import { aboutToSignOut, stayedSignedIn } from "./session.ts";

/**
 * Signs out on this device, and loads the page at `to` anew, so that nothing of the session stays
 * in this one's memory. A session that was over already is signed out too.
 */
export function useSignOut(to: string) {
  return useMutation({
    mutationFn: async () => {
      aboutToSignOut();
      try {
        await send<void>("/auth/logout", { method: "POST" });
      } catch (error) {
        if (!(error instanceof ApiError) || error.status !== 401) {
          stayedSignedIn();
          throw error;
        }
      }
    },
    onSuccess: () => window.location.assign(to),
  });
}
