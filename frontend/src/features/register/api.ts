import { useMutation } from "@tanstack/react-query";
import { send, signedInAs, type Who } from "vestibule-kit";

export interface Registration {
  name: string;
  email: string;
  password: string;
}

export function useRegister(options: { onSuccess: () => void; onError: (error: Error) => void }) {
  return useMutation({
    mutationFn: async (body: Registration) =>
      signedInAs(await send<Who>("/auth/register", { method: "POST", body })),
    ...options,
  });
}
