import { InfiniteQueryObserver, QueryClient, QueryObserver } from "@tanstack/react-query";
import { beforeEach, expect, test } from "vitest";
import { ofQuery } from "./ofQuery.ts";

const queryKey = ["a list"];
let client: QueryClient;
let told: boolean[];

beforeEach(() => {
  client = new QueryClient({ defaultOptions: { queries: { retry: false, retryDelay: 0 } } });
  told = [];
});

/** Notes whether it is passive, then does what is left to do: the last of it again and again. */
function asking(...does: ("answers" | "fails")[]) {
  return (query: Parameters<typeof ofQuery>[0]) => {
    told.push(ofQuery(query).passive);
    const now = does.length > 1 ? does.shift() : does[0];
    return now === "answers" ? Promise.resolve("a page") : Promise.reject(new Error("no answer"));
  };
}

test("the first look is a person's, and what follows is nobody's", async () => {
  const list = new QueryObserver(client, { queryKey, queryFn: asking("answers"), enabled: false });
  await list.refetch();
  await list.refetch();
  expect(told).toEqual([false, true]);
});

test("after a first look that failed, what follows is nobody's as well", async () => {
  const list = new QueryObserver(client, { queryKey, queryFn: asking("fails"), enabled: false });
  await list.refetch();
  await list.refetch();
  expect(told).toEqual([false, true]);
});

test("what is tried again by itself is nobody's", async () => {
  const queryFn = asking("fails", "answers");
  await new QueryObserver(client, { queryKey, queryFn, enabled: false, retry: 1 }).refetch();
  expect(told).toEqual([false, true]);
});

test("another page is a person's, but not when it is tried again, and not with all pages asked for anew", async () => {
  const list = new InfiniteQueryObserver(client, {
    queryKey,
    queryFn: asking("answers", "fails", "answers"),
    initialPageParam: 0,
    getNextPageParam: () => 1,
    enabled: false,
    retry: 1,
  });
  await list.refetch();
  await list.fetchNextPage();
  await list.refetch();
  expect(told).toEqual([false, false, true, true, true]);
});
