import { SegmentedControl } from "@mantine/core";
import "@mantine/core/styles/SegmentedControl.layer.css";
import { useId } from "react";
import classes from "./lab.module.css";
import { count } from "./length.ts";

/** One of a few numbers. */
export function Choice({
  label,
  all,
  value,
  onChange,
}: {
  label: string;
  all: number[];
  value: number;
  onChange: (value: number) => void;
}) {
  const id = useId();
  return (
    <div>
      <span className={classes.label} id={id}>
        {label}
      </span>
      <SegmentedControl
        aria-labelledby={id}
        data={all.map((one) => ({ value: String(one), label: count(one) }))}
        value={String(value)}
        onChange={(chosen) => onChange(Number(chosen))}
        transitionDuration={0}
        classNames={{
          root: classes.seg ?? "",
          label: classes.segLabel ?? "",
          indicator: classes.segIndicator ?? "",
        }}
      />
    </div>
  );
}
