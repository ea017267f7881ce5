import { Button, TextInput } from "@mantine/core";
import { useRef, useState } from "react";
import { ActionButton } from "../../src/shared/ui/ActionButton.tsx";
import { Dialog, DialogEnd } from "../../src/shared/ui/Dialog.tsx";
import { Form } from "../../src/shared/ui/Form.tsx";
import { FormFault } from "../../src/shared/ui/FormFault.tsx";
import { type Order, usePlaceOrder } from "./api.ts";

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
  onPlaced: (order: Order) => void;
}) {
  const customer = useRef<HTMLInputElement>(null);
  const items = useRef<HTMLInputElement>(null);
  const [wrong, setWrong] = useState({ customer: "", items: "" });
  const place = usePlaceOrder({ onSuccess: onPlaced });

  const send = () => {
    if (place.isPending) return;
    const name = typed.customer.trim();
    const n = Number(typed.items);
    const faults = { customer: customerFault(name), items: itemsFault(n) };
    setWrong(faults);
    if (faults.customer) customer.current?.focus();
    else if (faults.items) items.current?.focus();
    else place.mutate({ customer: name, items: n });
  };

  return (
    <Dialog title="New order" close={close}>
      <Form label="New order" send={send}>
        <FormFault error={place.error} />
        <TextInput
          ref={customer}
          label="Customer"
          name="customer"
          autoComplete="off"
          data-autofocus
          value={typed.customer}
          onChange={(event) => onType({ ...typed, customer: event.currentTarget.value })}
          error={wrong.customer}
        />
        <TextInput
          ref={items}
          label="Items"
          name="items"
          inputMode="numeric"
          autoComplete="off"
          value={typed.items}
          onChange={(event) => onType({ ...typed, items: event.currentTarget.value })}
          error={wrong.items}
        />
        <DialogEnd>
          <Button onClick={close}>Cancel</Button>
          <ActionButton type="submit" variant="filled" busy={place.isPending} busyLabel="Placing…">
            Place order
          </ActionButton>
        </DialogEnd>
      </Form>
    </Dialog>
  );
}

function customerFault(name: string): string {
  if (!name) return "Enter the customer’s name.";
  return name.length > most.customer ? `A name has at most ${most.customer} characters.` : "";
}

function itemsFault(n: number): string {
  return Number.isInteger(n) && n >= 1 && n <= most.items ? "" : "Enter a whole number from 1 to 1,000.";
}
