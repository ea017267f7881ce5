import { Button, TextInput } from "@mantine/core";
import IconPlus from "@tabler/icons-react/icons/IconPlus";
import IconSearch from "@tabler/icons-react/icons/IconSearch";
import { useEffect, useState } from "react";
import { useDraft, useStore } from "vestibule-kit";
import { Failed } from "../../src/shared/ui/Failed.tsx";
import { Icon } from "../../src/shared/ui/Icon.tsx";
import { PageHead } from "../../src/shared/ui/Page.tsx";
import { say } from "../../src/shared/words/words.ts";
import { type Order, placed, useOrders } from "./api.ts";
import { NewOrder, type Typed } from "./NewOrder.tsx";
import { OrdersSkeleton, OrdersTable } from "./OrdersTable.tsx";
import classes from "./orders.module.css";

export function OrdersPage() {
  const orders = useOrders();
  const [search, setSearch] = useState("");
  const [typed, setTyped] = useDraft<Typed>("new order"); // the form is open while there is one
  const last = useStore(placed);
  useEffect(() => () => placed.set(null), []);
  const found = (orders.data?.orders ?? []).filter((order) => matches(order, search));

  return (
    <div className={classes.page}>
      <PageHead title={say("example.pages.orders")}>
        {orders.data ? sentence(found.length, orders.data.total) : say("example.orders.newest_first")}
      </PageHead>
      <div className={classes.toolbar}>
        <TextInput
          type="search"
          aria-label={say("example.orders.search")}
          placeholder={say("example.orders.search_by")}
          leftSection={<Icon of={IconSearch} />}
          className={classes.search ?? ""}
          value={search}
          onChange={(event) => setSearch(event.currentTarget.value)}
        />
        <Button
          variant="filled"
          leftSection={<Icon of={IconPlus} />}
          onClick={() => setTyped({ customer: "", items: "1" })}
          aria-haspopup="dialog"
        >
          {say("example.order.new")}
        </Button>
        <p role="status" className={classes.placed}>
          {last && say("example.order.placed", { id: String(last.id), customer: last.customer })}
        </p>
      </div>
      {orders.isPending && <OrdersSkeleton />}
      {orders.isError && !orders.data && (
        <Failed
          title={say("example.orders.failed")}
          error={orders.error}
          retry={() => void orders.refetch()}
        />
      )}
      {orders.data && <OrdersTable orders={found} search={search} placed={last?.id ?? null} />}
      {typed && (
        <NewOrder
          typed={typed}
          onType={setTyped}
          close={() => setTyped(null)}
          onPlaced={() => {
            setTyped(null);
            setSearch("");
          }}
        />
      )}
    </div>
  );
}

function matches(order: Order, search: string): boolean {
  const wanted = search.trim().toLowerCase();
  return String(order.id).includes(wanted) || order.customer.toLowerCase().includes(wanted);
}

function sentence(found: number, total: number): string {
  const count =
    found === total
      ? say("example.orders.count", { n: total })
      : say("example.orders.found", { n: found, total });
  return found > 1 ? say("example.orders.count_newest", { count }) : count;
}
