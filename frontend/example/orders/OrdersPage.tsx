import { Button, TextInput } from "@mantine/core";
import IconPlus from "@tabler/icons-react/icons/IconPlus";
import IconSearch from "@tabler/icons-react/icons/IconSearch";
import { useState } from "react";
import { Failed } from "../../src/shared/ui/Failed.tsx";
import { Icon } from "../../src/shared/ui/Icon.tsx";
import { PageHead } from "../../src/shared/ui/Page.tsx";
import { type Order, useOrders } from "./api.ts";
import { NewOrder } from "./NewOrder.tsx";
import { OrdersSkeleton, OrdersTable } from "./OrdersTable.tsx";
import classes from "./orders.module.css";

export function OrdersPage() {
  const orders = useOrders();
  const [search, setSearch] = useState("");
  const [asking, setAsking] = useState(false);
  const [placed, setPlaced] = useState<Order | null>(null);
  const found = (orders.data?.orders ?? []).filter((order) => matches(order, search));

  return (
    <div className={classes.page}>
      <PageHead title="All orders">
        {orders.data ? sentence(found.length, orders.data.total) : "Newest first"}
      </PageHead>
      <div className={classes.toolbar}>
        <TextInput
          type="search"
          aria-label="Search orders"
          placeholder="Number or customer"
          leftSection={<Icon of={IconSearch} />}
          className={classes.search ?? ""}
          value={search}
          onChange={(event) => setSearch(event.currentTarget.value)}
        />
        <Button
          variant="filled"
          leftSection={<Icon of={IconPlus} />}
          onClick={() => setAsking(true)}
          aria-haspopup="dialog"
        >
          New order
        </Button>
        <p role="status" className={classes.placed}>
          {placed && `Order ${placed.id} for ${placed.customer} is placed.`}
        </p>
      </div>
      {orders.isPending && <OrdersSkeleton />}
      {orders.isError && !orders.data && (
        <Failed
          title="Your orders could not be loaded"
          error={orders.error}
          retry={() => void orders.refetch()}
        />
      )}
      {orders.data && <OrdersTable orders={found} search={search} placed={placed?.id ?? null} />}
      {asking && (
        <NewOrder
          close={() => setAsking(false)}
          onPlaced={(order) => {
            setAsking(false);
            setSearch("");
            setPlaced(order);
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
  const how = found > 1 ? ", newest first" : "";
  if (found === total) return `${total} orders${how}`;
  return `${found.toLocaleString("en-GB")} of ${`${total} orders`}${how}`;
}
