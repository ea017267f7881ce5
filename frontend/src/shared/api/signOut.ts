import { useMutation } from "@tanstack/react-query";
import { signOut } from "vestibule-kit";

/**
 * Signs out on this device, and loads the page at `to` anew, so that nothing of the session stays
 * in this one's memory.
 */
export function useSignOut(to: string) {
  return useMutation({ mutationFn: signOut, onSuccess: () => window.location.assign(to) });
}
