import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { apiFetch, createStore, onEnd } from "vestibule-kit";
import { ofQuery } from "../../src/shared/api/ofQuery.ts";
import type { Money } from "../../src/shared/format/money.ts";
import { noteTimings } from "../timing.ts";

export interface Order {
  id: number;
  customer: string;
  placed_at: string;
  items: number;
  total: Money;
  state: "new" | "packed" | "sent" | "returned";
}

export interface Orders {
  orders: Order[];
  total: number;
}

const key = ["orders"];

export function useOrders() {
  return useQuery({
    queryKey: key,
    queryFn: (asked) =>
      apiFetch<Orders>("/api/orders/", {
        ...ofQuery(asked),
        onAnswer: noteTimings("orders"),
      }),
  });
}

export interface NewOrder {
  customer: string;
  items: number;
}

// An order that finds its session ended waits until the same person is back, on a page that is another one
// by then: what becomes of it is no component's.

/** An order is on its way. */
export const placing = createStore(false);
/** The one that was placed last. */
export const placed = createStore<Order | null>(null);
onEnd(() => placed.set(null));

/** Places an order; it stands first in the list at once. */
export function usePlaceOrder(options: { onSuccess: (made: Order) => void }) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: NewOrder) => {
      placing.set(true);
      return apiFetch<Order>("/api/orders/", { method: "POST", body, onAnswer: noteTimings("orders") });
    },
    onSettled: () => placing.set(false),
    onSuccess: async (made) => {
      placed.set(made);
      const known = client.getQueryData<Orders>(key);
      options.onSuccess(made);
      if (!known) {
        // It is being loaded, as it was before or after: as when one had to sign in again first.
        await client.cancelQueries({ queryKey: key }); // what loads for the first time is not asked for anew
        void client.invalidateQueries({ queryKey: key });
      } else if (!known.orders.some(({ id }) => id === made.id))
        client.setQueryData<Orders>(key, { orders: [made, ...known.orders], total: known.total + 1 });
    },
  });
}
