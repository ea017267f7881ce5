import { useQuery } from "@tanstack/react-query";
import { apiFetch } from "vestibule-kit";
import { ofQuery } from "../../src/shared/api/ofQuery.ts";
import type { Money } from "../../src/shared/format/money.ts";
import { noteTimings } from "../timing.ts";

export interface Day {
  /** A day on the calendar, without a time: 2026-11-24. */
  date: string;
  orders: number;
  revenue: Money;
}

export interface Insights {
  /** Of the last seven days; `change` is against the seven before: 0.1 is 10 % more. */
  revenue: Money & { change: number };
  orders: { count: number; change: number };
  by_day: Day[];
  top_customers: { name: string; revenue: Money }[];
}

const key = ["insights"];

export function useInsights() {
  return useQuery({
    queryKey: key,
    queryFn: (asked) =>
      apiFetch<Insights>("/api/insights/", {
        ...ofQuery(asked),
        onAnswer: noteTimings("insights"),
      }),
  });
}
