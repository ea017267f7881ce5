import { AreaChart, BarChart, LineChart } from "@mantine/charts";
import "./charts.css";
import type { ReactNode } from "react";
import { clock } from "../../shared/format/time.ts";
import classes from "./overview.module.css";
import { ticks } from "./series.ts";

/** One line, area, or bar of a drawing. */
export interface Series {
  name: string;
  label: string;
  color: string;
  dashed?: boolean;
}

/** What all drawings have in common: from nought, hairlines, the time below, and nothing that moves. */
function common(series: Series[], data: object[], format: (value: number) => string, height: number) {
  return {
    h: height,
    data: data as Record<string, unknown>[],
    dataKey: "at",
    series: series.map(({ name, label, color, dashed }) => ({
      name,
      label,
      color,
      ...(dashed && { strokeDasharray: "4 3" }),
    })),
    gridAxis: "x" as const,
    tickLine: "none" as const,
    strokeDasharray: "0",
    valueFormatter: format,
    tooltipAnimationDuration: 0,
    tooltipProps: {
      content: ({ label, payload }: { label?: unknown; payload?: readonly Told[] }) => (
        <Tip at={Number(label)} told={payload ?? []} series={series} format={format} />
      ),
    },
    yAxisProps: {
      width: height < 100 ? 52 : 60,
      domain: [0, "auto"] as [number, "auto"],
      tickCount: 4,
      allowDecimals: false,
    },
  };
}

/** The axis of time from end to end of the window, also where nothing was heard yet. */
function through([from, to]: [number, number]) {
  return {
    type: "number" as const,
    domain: [from, to] as [number, number],
    ...times([from, to]),
  };
}

/** The times below: the same in all drawings of one window. */
function times(window: [number, number]) {
  return {
    ticks: ticks(window),
    tickFormatter: (at: number) => clock(new Date(at)),
    interval: "equidistantPreserveStart" as const, // fewer of them where they would touch
    minTickGap: 8,
  };
}

const still = { isAnimationActive: false };
/** The drawing is one picture, which says what it shows: its parts are not for the keyboard. */
const picture = { accessibilityLayer: false, margin: { top: 8, right: 20, bottom: 0, left: 0 } };

interface PlotProps {
  series: Series[];
  data: object[];
  format: (value: number) => string;
  /** What it shows, in a sentence. */
  finding: string;
  height?: number;
}

/** From when to when it shows, in milliseconds since 1970. */
interface Through {
  window: [number, number];
}

export function Areas({ series, data, format, finding, window, height = 168 }: PlotProps & Through) {
  return (
    <Picture finding={finding}>
      <AreaChart
        {...common(series, data, format, height)}
        curveType="linear"
        withGradient={false}
        withDots={false}
        fillOpacity={0.08}
        connectNulls // they are counted now and then, and hold in between
        xAxisProps={through(window)}
        strokeWidth={1.5}
        areaProps={still}
        areaChartProps={picture}
      />
    </Picture>
  );
}

export function Bars({ series, data, format, finding, window, height = 168 }: PlotProps & Through) {
  return (
    <Picture finding={finding}>
      <BarChart
        {...common(series, data, format, height)}
        type="stacked"
        xAxisProps={times(window)}
        barProps={{ ...still, stroke: "var(--surface)", strokeWidth: 1 }}
        barChartProps={{ ...picture, barCategoryGap: 1 }}
      />
    </Picture>
  );
}

/** Lines, through steps that have no value where they are `sparse`; with dots where there are only a few. */
export function Lines({
  series,
  data,
  format,
  finding,
  height = 168,
  window,
  sparse = false,
  dots = false,
  axis = true,
}: PlotProps & Through & { sparse?: boolean; dots?: boolean; axis?: boolean }) {
  const shared = common(series, data, format, height);
  return (
    <Picture finding={finding}>
      <LineChart
        {...shared}
        curveType="linear"
        xAxisProps={{ ...through(window), hide: !axis }}
        withDots={dots}
        dotProps={{ r: 2, strokeWidth: 0 }}
        connectNulls={sparse}
        strokeWidth={1.5}
        yAxisProps={{
          ...shared.yAxisProps,
          ...(height < 100 && { tickCount: 2, allowDecimals: true, interval: 0 }),
        }}
        lineProps={still}
        lineChartProps={picture}
      />
    </Picture>
  );
}

function Picture({ finding, children }: { finding: string; children: ReactNode }) {
  return (
    <div role="img" aria-label={finding}>
      {children}
    </div>
  );
}

interface Told {
  dataKey?: unknown;
  value?: unknown;
}

/** What is under the pointer: the time, and each value. */
function Tip({
  at,
  told,
  series,
  format,
}: {
  at: number;
  told: readonly Told[];
  series: Series[];
  format: (value: number) => string;
}) {
  if (told.length === 0 || Number.isNaN(at)) return null;
  return (
    <div className={classes.tip}>
      <b>{clock(new Date(at))}</b>
      {series.map(({ name, label, color, dashed }) => {
        const value = told.find(({ dataKey }) => dataKey === name)?.value;
        return (
          <span key={name}>
            <Key color={color} dashed={dashed} />
            {label} <b>{typeof value === "number" ? format(value) : "–"}</b>
          </span>
        );
      })}
    </div>
  );
}

/** A piece of the line that a name belongs to. */
export function Key({
  color,
  dashed = false,
  bar = false,
}: {
  color: string;
  dashed?: boolean | undefined;
  bar?: boolean;
}) {
  const kind = bar ? classes.barKey : dashed ? classes.dashedKey : classes.lineKey;
  return <i className={`${classes.key} ${kind}`} style={{ color }} aria-hidden="true" />;
}
