import IconArrowDownRight from "@tabler/icons-react/icons/IconArrowDownRight";
import IconArrowUpRight from "@tabler/icons-react/icons/IconArrowUpRight";
import { money } from "../../src/shared/format/money.ts";
import { number } from "../../src/shared/format/number.ts";
import { Failed } from "../../src/shared/ui/Failed.tsx";
import { Hidden } from "../../src/shared/ui/Hidden.tsx";
import { Icon } from "../../src/shared/ui/Icon.tsx";
import { PageHead, Pending } from "../../src/shared/ui/Page.tsx";
import { say } from "../../src/shared/words/words.ts";
import { type Insights, useInsights } from "./api.ts";
import { DayBars } from "./DayBars.tsx";
import classes from "./insights.module.css";

export function InsightsPage() {
  const insights = useInsights();
  return (
    <>
      <PageHead title={say("example.pages.insights")}>{say("example.insights.about")}</PageHead>
      <Body insights={insights} />
    </>
  );
}

function Body({ insights }: { insights: ReturnType<typeof useInsights> }) {
  if (insights.isPending) return <Figures of={null} />;
  if (!insights.data)
    return (
      <Failed
        title={say("example.insights.failed")}
        error={insights.error}
        retry={() => void insights.refetch()}
      />
    );
  if (insights.data.by_day.length === 0) return <p>{say("example.insights.none")}</p>;
  return <Figures of={insights.data} />;
}

/** The page as it stands; null while the figures are under way, so that nothing moves when they come. */
function Figures({ of }: { of: Insights | null }) {
  const currency = of?.revenue.currency ?? "EUR";
  const euros = (value: number) => money({ amount: value, currency }, 0);
  const byDay = (value: (day: Insights["by_day"][number]) => number) =>
    of?.by_day.map((day) => ({ date: day.date, value: value(day) }));
  return (
    <div className={classes.panel}>
      <div className={classes.figures}>
        <Figure
          title={say("example.insights.revenue")}
          value={of ? euros(Number(of.revenue.amount)) : undefined}
          change={of?.revenue.change ?? 0}
        />
        <Figure
          title={say("example.insights.orders")}
          value={of ? number(of.orders.count) : undefined}
          change={of?.orders.change ?? 0}
        />
      </div>
      <div className={classes.charts}>
        <DayBars
          title={say("example.insights.revenue_by_day")}
          unit={say("example.insights.revenue_unit", { currency })}
          days={byDay((day) => Number(day.revenue.amount))}
          write={euros}
          colour="first"
        />
        <DayBars
          title={say("example.insights.orders_by_day")}
          unit={say("example.insights.orders_unit")}
          days={byDay((day) => day.orders)}
          write={(n) => say("example.orders.count", { n })}
          colour="second"
        />
      </div>
      {of ? (
        <TopCustomers customers={of.top_customers} />
      ) : (
        <h2 className={classes.customersSkeleton}>{say("example.insights.customers")}</h2>
      )}
      {!of && <Hidden>{say("example.insights.loading")}</Hidden>}
    </div>
  );
}

function Figure({ title, value, change }: { title: string; value: string | undefined; change: number }) {
  const more = change >= 0;
  const howMuch = say(more ? "example.insights.more" : "example.insights.less", {
    percent: Math.round(Math.abs(change * 100)),
  });
  return (
    <div className={classes.figure}>
      <h2>{title}</h2>
      <p className={classes.number}>{value ?? <Pending>€ 5,000</Pending>}</p>
      <p className={classes.change}>
        {value && <Icon of={more ? IconArrowUpRight : IconArrowDownRight} />}
        {value ? howMuch : <Pending>{`__ ${howMuch}`}</Pending>}
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
          <h2>{say("example.insights.customers")}</h2>
        </caption>
        <thead>
          <tr>
            <th scope="col">{say("example.insights.customer")}</th>
            <th scope="col">
              <Hidden>{say("example.insights.share")}</Hidden>
            </th>
            <th scope="col">{say("example.insights.customer_revenue")}</th>
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
