import { useMutation, useQueryClient } from "@tanstack/react-query";
import type * as contract from "../../shared/api/contract.ts";
import { send } from "../../shared/api/http.ts";
import { sessionQuery, signedInAs, type Who } from "../../shared/api/session.ts";

export type SignIn = contract.SignIn;

export function useSignIn(options: { onSuccess: () => void; onError: (error: Error) => void }) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: SignIn) => send<Who>("/auth/login", { method: "POST", body }),
    onSuccess: (who) => {
      client.clear();
      signedInAs(who);
      client.setQueryData(sessionQuery.queryKey, who);
      options.onSuccess();
    },
    onError: options.onError,
  });
}
