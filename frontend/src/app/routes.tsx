import { type ComponentType, lazy } from "react";
import { SignInPage } from "../features/sign-in/SignInPage.tsx";

/** One page: its address below /account, its name, and who may see it. */
export interface PageEntry {
  path: string;
  title: string;
  /** What the bar calls it; none where it is not in the bar. */
  tab?: string;
  access: "anyone" | "signed_in";
  Page: ComponentType;
}

/** The table of pages: the menu, the guards, the titles and the loading derive from it. */
export const pages: PageEntry[] = [
  {
    path: "/",
    title: "Profile",
    tab: "Profile",
    access: "signed_in",
    Page: lazy(() => import("../features/home/HomePage.tsx").then((m) => ({ default: m.HomePage }))),
  },
  {
    path: "/security",
    title: "Security",
    tab: "Security",
    access: "signed_in",
    Page: lazy(() =>
      import("../features/security/SecurityPage.tsx").then((m) => ({ default: m.SecurityPage })),
    ),
  },
  {
    path: "/sessions",
    title: "Devices and sessions",
    tab: "Devices",
    access: "signed_in",
    Page: lazy(() =>
      import("../features/sessions/SessionsPage.tsx").then((m) => ({ default: m.SessionsPage })),
    ),
  },
  { path: "/sign-in", title: "Sign in", access: "anyone", Page: SignInPage },
  {
    path: "/register",
    title: "Create an account",
    access: "anyone",
    Page: lazy(() =>
      import("../features/register/RegisterPage.tsx").then((m) => ({ default: m.RegisterPage })),
    ),
  },
];
