import { useMutation } from "@tanstack/react-query";
import { signIn } from "vestibule-kit";

export function useSignIn(options: { onSuccess: () => void; onError: (error: Error) => void }) {
  return useMutation({ mutationFn: signIn, ...options });
}
