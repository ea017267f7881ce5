import { useMutation, useQuery } from "@tanstack/react-query";
import { apiFetch } from "vestibule-kit";
import type * as contract from "../../shared/api/contract.ts";
import { ofQuery } from "../../shared/api/ofQuery.ts";
import { goOnAddress } from "./wayBack.ts";

/** Asked by an app that sent this browser here. */
export type AskedHere = contract.AskedHere;

/** Asked by a device that shows a code. */
export type AskedByDevice = contract.AskedByDevice;

/** What would be approved: who asks, for what, from where, and for how long. */
export type Asked = AskedHere | AskedByDevice;

/** Approving needs a fresh proof in the request itself; denying needs none. */
export type Decision = contract.Approval | contract.Denial;

const parameters = [
  "response_type",
  "client_id",
  "redirect_uri",
  "code_challenge",
  "code_challenge_method",
  "state",
  "scope",
  "resource",
];

/** The parameters of an authorization request (RFC 6749, 4.1.1), those that the address has. */
export type AuthorizationRequest = Record<string, string>;

export function requestIn(search: URLSearchParams): AuthorizationRequest {
  return Object.fromEntries(
    parameters.flatMap((name) => {
      const value = search.get(name);
      return value === null ? [] : [[name, value]];
    }),
  );
}

/** What a request asks for. It is looked up once: what one reads is what one approves. */
export function useAskedHere(request: AuthorizationRequest, enabled: boolean) {
  return useQuery({
    queryKey: ["authorize", request],
    queryFn: (asked) =>
      apiFetch<AskedHere>("/oauth/authorize", {
        method: "POST",
        body: request,
        ...ofQuery(asked),
      }),
    staleTime: Number.POSITIVE_INFINITY,
    enabled,
  });
}

/** Approves or denies, and gives the address to go on to. */
export async function decideHere(request: AuthorizationRequest, decision: Decision): Promise<string> {
  const body = { ...request, ...decision };
  const { redirect_to } = await apiFetch<contract.RedirectTo>("/oauth/authorize", { method: "POST", body });
  return goOnAddress(redirect_to);
}

/** Looks a code up. Each look counts as a guess, so it is made when someone asks, never by itself. */
export function useLookUp(options: { onSuccess: () => void; onError: (error: Error) => void }) {
  return useMutation({
    mutationFn: (user_code: string) =>
      apiFetch<AskedByDevice>("/oauth/device", { method: "POST", body: { user_code } }),
    ...options,
  });
}

export function decideDevice(user_code: string, decision: Decision): Promise<void> {
  return apiFetch<void>("/oauth/device", { method: "POST", body: { user_code, ...decision } });
}

export function useDecision<Result>(options: {
  decide: (decision: Decision) => Promise<Result>;
  onDone: (result: Result, decision: Decision) => void;
  onError: (error: Error) => void;
}) {
  const { decide, onDone, onError } = options;
  return useMutation({
    mutationFn: decide,
    onSuccess: (result, decision) => onDone(result, decision),
    onError,
  });
}
