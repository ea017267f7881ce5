import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { apiFetch } from "vestibule-kit";
import type * as contract from "../../shared/api/contract.ts";
import { ofQuery } from "../../shared/api/ofQuery.ts";

export type Key = contract.Key;

const queryKey = ["admin", "keys"];

/** Every key, and again every minute: they rotate by themselves. The first look is a person's. */
export function useKeys() {
  return useQuery({
    queryKey,
    queryFn: async (asked) => (await apiFetch<contract.KeyList>("/admin/keys", ofQuery(asked))).keys,
    refetchInterval: 60_000,
    refetchOnMount: "always",
  });
}

/** Publishes the key that will sign next; or has one leave at once, and others sign from now on. */
export function useRotate() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (rotation: contract.Rotation) =>
      (await apiFetch<contract.KeyList>("/admin/keys/rotate", { method: "POST", body: rotation })).keys,
    onSuccess: (keys) => client.setQueryData(queryKey, keys),
  });
}
