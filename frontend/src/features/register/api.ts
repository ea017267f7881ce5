import { useMutation } from "@tanstack/react-query";
import { send, signedInAs, type Who } from "vestibule-kit";
import type * as contract from "../../shared/api/contract.ts";

export type Registration = contract.Registration;

export function useRegister(options: { onSuccess: () => void; onError: (error: Error) => void }) {
  return useMutation({
    mutationFn: async (body: Registration) =>
      signedInAs(await send<Who>("/auth/register", { method: "POST", body })),
    ...options,
  });
}
