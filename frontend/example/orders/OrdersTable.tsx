import { Skeleton } from "@mantine/core";
import IconCircleCheck from "@tabler/icons-react/icons/IconCircleCheck";
import IconClock from "@tabler/icons-react/icons/IconClock";
import IconHistory from "@tabler/icons-react/icons/IconHistory";
import IconPackage from "@tabler/icons-react/icons/IconPackage";
import { money } from "../../src/shared/format/money.ts";
import { number } from "../../src/shared/format/number.ts";
import { capital, moment } from "../../src/shared/format/time.ts";
import { Hidden } from "../../src/shared/ui/Hidden.tsx";
import { Icon } from "../../src/shared/ui/Icon.tsx";
import { Panel } from "../../src/shared/ui/Panel.tsx";
import { Time } from "../../src/shared/ui/Time.tsx";
import { useNow } from "../../src/shared/ui/useNow.ts";
import { say } from "../../src/shared/words/words.ts";
import type { Order } from "./api.ts";
import classes from "./orders.module.css";

const icons = {
  new: IconClock,
  packed: IconPackage,
  sent: IconCircleCheck,
  returned: IconHistory,
};

export function OrdersTable({
  orders,
  search,
  placed,
}: {
  orders: Order[];
  search: string;
  placed: number | null;
}) {
  const now = useNow();
  if (orders.length === 0) return <Empty search={search} />;
  return (
    <Panel>
      <table className={classes.orders}>
        <caption>
          <Hidden>{say("example.orders.caption")}</Hidden>
        </caption>
        <thead>
          <tr>
            <th scope="col" className={classes.wide}>
              {say("example.orders.order")}
            </th>
            <th scope="col">{say("example.orders.customer")}</th>
            <th scope="col" className={classes.wide}>
              {say("example.orders.placed")}
            </th>
            <th scope="col" className={`${classes.right} ${classes.wide}`}>
              {say("example.orders.items")}
            </th>
            <th scope="col" className={classes.right}>
              {say("example.orders.total")}
            </th>
            <th scope="col" className={classes.wide}>
              {say("example.orders.state")}
            </th>
          </tr>
        </thead>
        <tbody>
          {orders.map((order) => (
            <OrderRow key={order.id} order={order} now={now} fresh={order.id === placed} />
          ))}
        </tbody>
      </table>
    </Panel>
  );
}

function OrderRow({ order, now, fresh }: { order: Order; now: Date; fresh: boolean }) {
  const at = new Date(order.placed_at);
  const placed = <Time at={at}>{capital(moment(at, now))}</Time>;
  return (
    <tr className={fresh ? classes.fresh : undefined}>
      <td className={classes.wide}>{order.id}</td>
      <td>
        {order.customer}
        <small className={classes.narrow}>
          {order.id} · {placed}
        </small>
      </td>
      <td className={`${classes.wide} ${classes.quiet}`}>{placed}</td>
      <td className={`${classes.right} ${classes.wide}`}>{number(order.items)}</td>
      <td className={classes.right}>
        {money(order.total)}
        <small className={classes.narrow}>
          <State of={order.state} />
        </small>
      </td>
      <td className={classes.wide}>
        <State of={order.state} />
      </td>
    </tr>
  );
}

function State({ of }: { of: Order["state"] }) {
  return (
    <span className={classes.state} data-state={of}>
      <Icon of={icons[of] ?? IconClock} />
      {of in icons ? say(`example.orders.states.${of}`) : of}
    </span>
  );
}

function Empty({ search }: { search: string }) {
  return (
    <Panel>
      <div className={classes.empty}>
        {search.trim() ? (
          <>
            <h2>{say("example.orders.none_found", { search: search.trim() })}</h2>
            <p>{say("example.orders.none_found_text")}</p>
          </>
        ) : (
          <>
            <h2>{say("example.orders.none")}</h2>
            <p>{say("example.orders.none_text")}</p>
          </>
        )}
      </div>
    </Panel>
  );
}

const guessed = [96, 128, 112, 144, 104, 136, 120, 96];

/** Eight rows of the height that rows have. */
export function OrdersSkeleton() {
  return (
    <Panel>
      <div className={classes.skeletonHead} />
      {guessed.map((width, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: they are all alike, and never move
        <div className={classes.skeletonRow} key={i}>
          <Skeleton width={48} height={14} className={classes.wide ?? ""} />
          <Skeleton width={width} height={14} />
          <Skeleton width={88} height={14} className={classes.wide ?? ""} />
          <Skeleton width={64} height={14} />
        </div>
      ))}
      <Hidden>{say("example.orders.loading")}</Hidden>
    </Panel>
  );
}
