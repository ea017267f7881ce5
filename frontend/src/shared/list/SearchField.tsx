import { TextInput } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import IconSearch from "@tabler/icons-react/icons/IconSearch";
import { useState } from "react";
import { Icon } from "../ui/Icon.tsx";
import classes from "./list.module.css";

const pause = 300;

/** What is searched for while one types: asked for when one pauses, or presses Enter. */
export function SearchField({
  label,
  placeholder,
  value,
  onSearch,
  error = null,
}: {
  label: string;
  placeholder: string;
  value: string;
  onSearch: (text: string) => void;
  error?: string | null;
}) {
  const [typed, setTyped] = useState(value);
  const [seen, setSeen] = useState(value);
  const [sent, setSent] = useState(value);
  if (value !== seen) {
    setSeen(value);
    // It was changed from elsewhere: by the way back, or by taking all filters away.
    if (value !== sent) setTyped(value);
  }
  const send = (text: string) => {
    setSent(text.trim());
    onSearch(text.trim());
  };
  const later = useDebouncedCallback(send, pause);
  return (
    <TextInput
      type="search"
      className={classes.search}
      classNames={{ input: classes.control ?? "", error: classes.error ?? "" }}
      aria-label={label}
      placeholder={placeholder}
      leftSection={<Icon of={IconSearch} />}
      value={typed}
      error={error}
      maxLength={254}
      onChange={({ currentTarget }) => {
        setTyped(currentTarget.value);
        later(currentTarget.value);
      }}
      onKeyDown={(event) => {
        if (event.key !== "Enter") return;
        later.cancel();
        send(typed);
      }}
    />
  );
}
