import { Button, Skeleton } from "@mantine/core";
import { type PointerEvent, useState } from "react";
import { number } from "../../src/shared/format/number.ts";
import { say } from "../../src/shared/words/words.ts";
import { longDay, shortDay } from "./days.ts";
import classes from "./insights.module.css";
import { axis } from "./scale.ts";

interface Value {
  date: string;
  value: number;
}

const height = 160;
const below = 24;

/** One question: how much on each day? From zero, with its unit, its window, and the same as a table. */
export function DayBars({
  title,
  unit,
  days,
  write,
  colour,
}: {
  title: string;
  /** What is counted, and in what: "In euros, each day". */
  unit: string;
  /** Absent while they are under way. */
  days: Value[] | undefined;
  write: (value: number) => string;
  colour: "first" | "second";
}) {
  const [asTable, setAsTable] = useState(false);
  const [pointed, setPointed] = useState<number | null>(null);
  const shown = days?.[pointed ?? days.length - 1];
  return (
    <figure className={classes.chart} aria-label={title}>
      <figcaption>
        <h2>{title}</h2>
        <Button variant="subtle" disabled={!days} aria-pressed={asTable} onClick={() => setAsTable(!asTable)}>
          {say("example.insights.as_table")}
        </Button>
        <p className={classes.unit}>{unit}</p>
      </figcaption>
      {!days ? (
        <Skeleton className={classes.plotSkeleton ?? ""} />
      ) : asTable ? (
        <Table days={days} write={write} title={title} />
      ) : (
        <>
          <p className={classes.key} data-colour={colour} aria-hidden="true">
            {shown && (
              <>
                {longDay(shown.date)} <b>{write(shown.value)}</b>
              </>
            )}
          </p>
          <Plot
            days={days}
            write={write}
            title={title}
            colour={colour}
            pointed={pointed}
            onPoint={setPointed}
          />
        </>
      )}
    </figure>
  );
}

function Plot({
  days,
  write,
  title,
  colour,
  pointed,
  onPoint,
}: {
  days: Value[];
  write: (value: number) => string;
  title: string;
  colour: string;
  pointed: number | null;
  onPoint: (day: number | null) => void;
}) {
  const { top, lines } = axis(Math.max(...days.map((day) => day.value)));
  const y = (value: number) => height - (value / top) * (height - 8);
  const width = 100 / days.length;
  const point = (event: PointerEvent<SVGSVGElement>) => {
    const box = event.currentTarget.getBoundingClientRect();
    const day = Math.floor(((event.clientX - box.left) / box.width) * days.length);
    onPoint(Math.min(Math.max(day, 0), days.length - 1));
  };
  return (
    <div className={classes.plotbox}>
      <svg className={classes.axis} height={height + below} aria-hidden="true">
        {lines.map((line) => (
          <text key={line} x="100%" y={y(line) + 4} textAnchor="end">
            {number(line)}
          </text>
        ))}
      </svg>
      <svg
        className={classes.plot}
        height={height + below}
        role="img"
        aria-label={finding(title, days, write)}
        onPointerMove={point}
        onPointerLeave={() => onPoint(null)}
      >
        {lines.map((line) => (
          <line
            key={line}
            className={line === 0 ? classes.zero : classes.grid}
            x1="0"
            x2="100%"
            y1={y(line)}
            y2={y(line)}
          />
        ))}
        {days.map((day, i) => (
          <rect
            key={day.date}
            className={classes.bar}
            data-colour={colour}
            data-dim={pointed !== null && pointed !== i}
            x={`${i * width + width * 0.14}%`}
            width={`${width * 0.72}%`}
            y={y(day.value)}
            height={height - y(day.value)}
          />
        ))}
        {days.map((day, i) => (
          <text
            key={day.date}
            className={labelled(days.length - 1 - i)}
            x={i === days.length - 1 ? "100%" : `${(i + 0.5) * width}%`}
            y={height + 18}
            textAnchor={i === days.length - 1 ? "end" : "middle"}
          >
            {shortDay(day.date)}
          </text>
        ))}
      </svg>
    </div>
  );
}

/** Every third day has its label, counted from the last; on a phone every sixth. */
function labelled(fromLast: number): string | undefined {
  if (fromLast % 3 !== 0) return classes.never;
  return fromLast % 6 === 0 ? undefined : classes.notOnPhones;
}

function finding(title: string, days: Value[], write: (value: number) => string): string {
  const most = days.reduce((a, b) => (b.value > a.value ? b : a), days[0] ?? { date: "", value: 0 });
  const least = days.reduce((a, b) => (b.value < a.value ? b : a), most);
  return say("example.insights.finding", {
    title,
    least: write(least.value),
    leastDay: longDay(least.date),
    most: write(most.value),
    mostDay: longDay(most.date),
  });
}

function Table({ days, write, title }: { days: Value[]; write: (value: number) => string; title: string }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must reach it
    <section className={classes.tablebox} tabIndex={0} aria-label={say("example.insights.table", { title })}>
      <table className={classes.table}>
        <caption>{title}</caption>
        <tbody>
          {[...days].reverse().map((day) => (
            <tr key={day.date}>
              <th scope="row">{longDay(day.date)}</th>
              <td>{write(day.value)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
