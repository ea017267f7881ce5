import type { ComponentType } from "react";
import { AuthorizeWaiting, DeviceWaiting } from "../features/approval/Waiting.tsx";
import { SignInPage } from "../features/sign-in/SignInPage.tsx";
import { later } from "../shared/ui/later.tsx";

/** One page: its address below /account, its name, and who may see it. */
export interface PageEntry {
  path: string;
  title: string;
  /** What the bar calls it; none where it is not in the bar. */
  tab?: string;
  access: "anyone" | "signed_in";
  /** Where it only explains, and shows nothing of anyone: there, anyone may see it all the same. */
  toAnyone?: (search: URLSearchParams) => boolean;
  /** It is a door of its own, without the bar; this is what stands there until one knows who is here. */
  Door?: ComponentType;
  Page: ComponentType;
}

/** The table of pages: the menu, the guards, the titles and the loading derive from it. */
export const pages: PageEntry[] = [
  {
    path: "/",
    title: "Profile",
    tab: "Profile",
    access: "signed_in",
    Page: later(() => import("../features/home/HomePage.tsx").then((m) => m.HomePage)),
  },
  {
    path: "/security",
    title: "Security",
    tab: "Security",
    access: "signed_in",
    Page: later(() => import("../features/security/SecurityPage.tsx").then((m) => m.SecurityPage)),
  },
  {
    path: "/sessions",
    title: "Devices and sessions",
    tab: "Devices",
    access: "signed_in",
    Page: later(() => import("../features/sessions/SessionsPage.tsx").then((m) => m.SessionsPage)),
  },
  {
    path: "/authorize",
    title: "Approve a client",
    access: "signed_in",
    toAnyone: (search) => search.has("problem"),
    Door: AuthorizeWaiting,
    Page: later(() => import("../features/approval/AuthorizePage.tsx").then((m) => m.AuthorizePage)),
  },
  {
    path: "/device",
    title: "Connect a device",
    access: "signed_in",
    Door: DeviceWaiting,
    Page: later(() => import("../features/approval/DevicePage.tsx").then((m) => m.DevicePage)),
  },
  { path: "/sign-in", title: "Sign in", access: "anyone", Page: SignInPage },
  {
    path: "/register",
    title: "Create an account",
    access: "anyone",
    Page: later(() => import("../features/register/RegisterPage.tsx").then((m) => m.RegisterPage)),
  },
];
