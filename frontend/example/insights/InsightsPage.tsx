import { Skeleton } from "@mantine/core";
import IconArrowDownRight from "@tabler/icons-react/icons/IconArrowDownRight";
import IconArrowUpRight from "@tabler/icons-react/icons/IconArrowUpRight";
import { money } from "../../src/shared/format/money.ts";
import { count } from "../../src/shared/format/time.ts";
import { Failed } from "../../src/shared/ui/Failed.tsx";
import { Hidden } from "../../src/shared/ui/Hidden.tsx";
import { Icon } from "../../src/shared/ui/Icon.tsx";
import { PageHead } from "../../src/shared/ui/Page.tsx";
import { type Insights, useInsights } from "./api.ts";
import { DayBars } from "./DayBars.tsx";
import classes from "./insights.module.css";

export function InsightsPage() {
  const insights = useInsights();
  return (
    <>
      <PageHead title="Insights">The last 14 days, day by day, from the service that counts them.</PageHead>
      <Body insights={insights} />
    </>
  );
}

function Body({ insights }: { insights: ReturnType<typeof useInsights> }) {
  if (insights.isPending) return <InsightsSkeleton />;
  if (!insights.data)
    return <Failed what="Your figures" error={insights.error} retry={() => void insights.refetch()} />;
  if (insights.data.by_day.length === 0)
    return <p>There is nothing to count yet. The first day of orders begins it.</p>;
  return <Figures of={insights.data} />;
}

function Figures({ of: { revenue, orders, by_day: days, top_customers: customers } }: { of: Insights }) {
  const euros = (value: number) => money({ amount: value, currency: revenue.currency }, 0);
  return (
    <div className={classes.panel}>
      <div className={classes.figures}>
        <Figure title="Revenue, last 7 days" value={euros(Number(revenue.amount))} change={revenue.change} />
        <Figure
          title="Orders, last 7 days"
          value={orders.count.toLocaleString("en-GB")}
          change={orders.change}
        />
      </div>
      <div className={classes.charts}>
        <DayBars
          title="Revenue by day"
          unit={`In ${revenue.currency}, on each of the last 14 days`}
          days={days.map((day) => ({ date: day.date, value: Number(day.revenue.amount) }))}
          say={euros}
          colour="first"
        />
        <DayBars
          title="Orders by day"
          unit="Number of orders, on each of the last 14 days"
          days={days.map((day) => ({ date: day.date, value: day.orders }))}
          say={(value) => count(value, "order")}
          colour="second"
        />
      </div>
      <TopCustomers customers={customers} />
    </div>
  );
}

function Figure({ title, value, change }: { title: string; value: string; change: number }) {
  const more = change >= 0;
  return (
    <div className={classes.figure}>
      <h2>{title}</h2>
      <p className={classes.number}>{value}</p>
      <p className={classes.change}>
        <Icon of={more ? IconArrowUpRight : IconArrowDownRight} />
        {Math.abs(change * 100).toFixed(0)} % {more ? "more" : "less"} than in the 7 days before
      </p>
    </div>
  );
}

function TopCustomers({ customers }: { customers: Insights["top_customers"] }) {
  const most = Math.max(1, ...customers.map((customer) => Number(customer.revenue.amount)));
  return (
    <div className={classes.customers}>
      <table>
        <caption>
          <h2>Customers with the most revenue</h2>
        </caption>
        <thead>
          <tr>
            <th scope="col">Customer</th>
            <th scope="col">
              <Hidden>Share of the largest</Hidden>
            </th>
            <th scope="col">Revenue</th>
          </tr>
        </thead>
        <tbody>
          {customers.map((customer) => (
            <tr key={customer.name}>
              <th scope="row">{customer.name}</th>
              <td aria-hidden="true">
                <svg className={classes.share} height={8} aria-hidden="true">
                  <rect rx={2} height={8} width={`${(Number(customer.revenue.amount) / most) * 100}%`} />
                </svg>
              </td>
              <td>{money(customer.revenue)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function InsightsSkeleton() {
  return (
    <div className={classes.panel}>
      <div className={classes.figures}>
        {["revenue", "orders"].map((figure) => (
          <div className={classes.figure} key={figure}>
            <Skeleton width={144} height={14} mt={3} mb={3} />
            <Skeleton width={128} height={28} mt={15} />
            <Skeleton width={208} height={14} mt={11} mb={3} />
          </div>
        ))}
      </div>
      <div className={classes.charts}>
        {["revenue", "orders"].map((chart) => (
          <div className={classes.chart} key={chart}>
            <Skeleton width={120} height={14} mt={3} />
            <Skeleton height={212} mt={32} />
          </div>
        ))}
      </div>
      <div className={classes.customersSkeleton}>
        <Skeleton width={256} height={14} />
      </div>
      <Hidden>Loading your figures</Hidden>
    </div>
  );
}
