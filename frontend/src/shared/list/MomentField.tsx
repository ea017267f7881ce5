import { TextInput } from "@mantine/core";
import classes from "./list.module.css";

/** A moment in UTC, to the minute. Its value is a time as in RFC 3339, or empty. */
export function MomentField({
  label,
  value,
  onChange,
  error = null,
}: {
  label: string;
  value: string;
  onChange: (value: string) => void;
  error?: string | null;
}) {
  return (
    <TextInput
      type="datetime-local"
      label={label}
      classNames={{
        root: classes.moment ?? "",
        label: classes.momentLabel ?? "",
        input: classes.control ?? "",
        error: classes.error ?? "",
      }}
      error={error}
      value={value.slice(0, 16)}
      onChange={({ currentTarget }) =>
        onChange(currentTarget.value && `${currentTarget.value.slice(0, 16)}:00Z`)
      }
    />
  );
}
