import IconDeviceDesktop from "@tabler/icons-react/icons/IconDeviceDesktop";
import IconDeviceMobile from "@tabler/icons-react/icons/IconDeviceMobile";
import IconDeviceTablet from "@tabler/icons-react/icons/IconDeviceTablet";
import IconHelpCircle from "@tabler/icons-react/icons/IconHelpCircle";
import IconTerminal2 from "@tabler/icons-react/icons/IconTerminal2";
import type { Device } from "../format/device.ts";
import { Icon } from "./Icon.tsx";

const icons = {
  desktop: IconDeviceDesktop,
  phone: IconDeviceMobile,
  tablet: IconDeviceTablet,
  client: IconTerminal2,
  unknown: IconHelpCircle,
};

/** What a session is on: a client is one, whatever it runs on. */
export function DeviceIcon({ session: { kind, device } }: { session: { kind: string; device: Device } }) {
  return <Icon of={icons[kind === "client" ? "client" : device.type] ?? IconHelpCircle} />;
}
