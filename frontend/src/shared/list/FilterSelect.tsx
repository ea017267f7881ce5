import { NativeSelect } from "@mantine/core";
import IconChevronDown from "@tabler/icons-react/icons/IconChevronDown";
import { Icon } from "../ui/Icon.tsx";
import classes from "./list.module.css";

/** One of a few; the first of them, which is empty, is all. */
export function FilterSelect({
  label,
  value,
  options,
  onChange,
}: {
  label: string;
  value: string;
  options: { value: string; label: string }[];
  onChange: (value: string) => void;
}) {
  return (
    <NativeSelect
      className={classes.select}
      classNames={{ input: classes.control ?? "" }}
      rightSection={<Icon of={IconChevronDown} />}
      aria-label={label}
      data={options}
      value={value}
      onChange={({ currentTarget }) => onChange(currentTarget.value)}
    />
  );
}
