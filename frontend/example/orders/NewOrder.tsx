import { Button, TextInput } from "@mantine/core";
import { useRef, useState } from "react";
import { useStore } from "vestibule-kit";
import { ActionButton } from "../../src/shared/ui/ActionButton.tsx";
import { Dialog, DialogEnd } from "../../src/shared/ui/Dialog.tsx";
import { Form } from "../../src/shared/ui/Form.tsx";
import { FormFault } from "../../src/shared/ui/FormFault.tsx";
import { say } from "../../src/shared/words/words.ts";
import { type NewOrder as Asked, placing, usePlaceOrder } from "./api.ts";

const most = { customer: 100, items: 1000 };

/** The form as it stands: what one has typed, and not sent. */
export interface Typed {
  customer: string;
  items: string;
}

export function NewOrder({
  typed,
  onType,
  close,
  onPlaced,
}: {
  typed: Typed;
  onType: (typed: Typed) => void;
  close: () => void;
  onPlaced: () => void;
}) {
  const customer = useRef<HTMLInputElement>(null);
  const items = useRef<HTMLInputElement>(null);
  const [sent, setSent] = useState<Asked | null>(null);
  const place = usePlaceOrder({ onSuccess: onPlaced });
  const busy = useStore(placing);

  const send = () => {
    if (busy) return;
    const asked = { customer: typed.customer.trim(), items: Number(typed.items) };
    setSent(asked);
    if (customerFault(asked)) customer.current?.focus();
    else if (itemsFault(asked)) items.current?.focus();
    else place.mutate(asked);
  };

  return (
    <Dialog title={say("example.order.new")} close={close}>
      <Form label={say("example.order.new")} send={send}>
        <FormFault error={place.error} />
        <TextInput
          ref={customer}
          label={say("example.orders.customer")}
          name="customer"
          autoComplete="off"
          data-autofocus
          value={typed.customer}
          onChange={(event) => onType({ ...typed, customer: event.currentTarget.value })}
          error={sent && customerFault(sent)}
        />
        <TextInput
          ref={items}
          label={say("example.orders.items")}
          name="items"
          inputMode="numeric"
          autoComplete="off"
          value={typed.items}
          onChange={(event) => onType({ ...typed, items: event.currentTarget.value })}
          error={sent && itemsFault(sent)}
        />
        <DialogEnd>
          <Button onClick={close}>{say("shared.act.cancel")}</Button>
          <ActionButton type="submit" variant="filled" busy={busy} busyLabel={say("example.order.acting")}>
            {say("example.order.act")}
          </ActionButton>
        </DialogEnd>
      </Form>
    </Dialog>
  );
}

function customerFault({ customer }: Asked): string {
  if (!customer) return say("example.order.no_customer");
  return customer.length > most.customer ? say("example.order.long_customer", { most: most.customer }) : "";
}

function itemsFault({ items }: Asked): string {
  if (Number.isInteger(items) && items >= 1 && items <= most.items) return "";
  return say("example.order.items", { most: most.items });
}
