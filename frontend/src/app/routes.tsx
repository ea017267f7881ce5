import type { ComponentType } from "react";
import { AuthorizeWaiting, DeviceWaiting } from "../features/approval/Waiting.tsx";
import { SignInPage } from "../features/sign-in/SignInPage.tsx";
import { hasLab } from "../shared/api/said.ts";
import { later } from "../shared/ui/later.tsx";
import type { Words } from "../shared/words/words.ts";

/** A name of a page, in the catalogue. */
type PageName = `door.pages.${keyof Words["door"]["pages"]}`;

/** One page: its address below /account, its name, and who may see it. */
export interface PageEntry {
  path: string;
  title: PageName;
  /** What the bar, or the administration's menu, calls it; none where it is in neither. */
  tab?: PageName;
  /** Where it is in the bar only sometimes. */
  tabWhere?: () => boolean;
  /** An administrator's page stands in the administration, and its name is in the menu there. */
  access: "anyone" | "signed_in" | "admin";
  /** Where it only explains, and shows nothing of anyone: there, anyone may see it all the same. */
  toAnyone?: (search: URLSearchParams) => boolean;
  /** It is a door of its own, without the bar; this is what stands there until one knows who is here. */
  Door?: ComponentType;
  /** It takes more than a column to read. */
  wide?: true;
  Page: ComponentType;
}

/** What administrators alone see. Each page, and the words of all of them, is loaded when it is opened. */
const administration: PageEntry[] = [
  {
    path: "/admin",
    title: "door.pages.admin_overview",
    tab: "door.pages.admin_overview",
    access: "admin",
    Page: later(
      () => import("../features/admin-overview/OverviewPage.tsx").then((m) => m.OverviewPage),
      "admin",
    ),
  },
  {
    path: "/admin/users",
    title: "door.pages.admin_users",
    tab: "door.pages.admin_users",
    access: "admin",
    Page: later(() => import("../features/admin-users/UsersPage.tsx").then((m) => m.UsersPage), "admin"),
  },
  {
    path: "/admin/users/:id",
    title: "door.pages.admin_user",
    access: "admin",
    Page: later(() => import("../features/admin-users/UserPage.tsx").then((m) => m.UserPage), "admin"),
  },
  {
    path: "/admin/sessions",
    title: "door.pages.admin_sessions",
    tab: "door.pages.admin_sessions",
    access: "admin",
    Page: later(
      () => import("../features/admin-sessions/SessionsPage.tsx").then((m) => m.SessionsPage),
      "admin",
    ),
  },
  {
    path: "/admin/downstreams",
    title: "door.pages.admin_downstreams",
    tab: "door.pages.admin_downstreams",
    access: "admin",
    Page: later(
      () => import("../features/admin-downstreams/DownstreamsPage.tsx").then((m) => m.DownstreamsPage),
      "admin",
    ),
  },
  {
    path: "/admin/keys",
    title: "door.pages.admin_keys",
    tab: "door.pages.admin_keys",
    access: "admin",
    Page: later(() => import("../features/admin-keys/KeysPage.tsx").then((m) => m.KeysPage), "admin"),
  },
  {
    path: "/admin/audit",
    title: "door.pages.admin_audit",
    tab: "door.pages.admin_audit",
    access: "admin",
    Page: later(() => import("../features/admin-audit/AuditPage.tsx").then((m) => m.AuditPage), "admin"),
  },
];

/** The table of pages: the menu, the guards, the titles and the loading derive from it. */
export const pages: PageEntry[] = [
  {
    path: "/",
    title: "door.pages.profile",
    tab: "door.pages.profile",
    access: "signed_in",
    Page: later(() => import("../features/home/HomePage.tsx").then((m) => m.HomePage), "account"),
  },
  {
    path: "/security",
    title: "door.pages.security",
    tab: "door.pages.security",
    access: "signed_in",
    Page: later(() => import("../features/security/SecurityPage.tsx").then((m) => m.SecurityPage), "account"),
  },
  {
    path: "/sessions",
    title: "door.pages.sessions",
    tab: "door.pages.sessions_tab",
    access: "signed_in",
    Page: later(() => import("../features/sessions/SessionsPage.tsx").then((m) => m.SessionsPage), "account"),
  },
  {
    path: "/activity",
    title: "door.pages.activity",
    tab: "door.pages.activity",
    access: "signed_in",
    Page: later(() => import("../features/activity/ActivityPage.tsx").then((m) => m.ActivityPage), "account"),
  },
  {
    path: "/clients",
    title: "door.pages.clients",
    tab: "door.pages.clients",
    access: "signed_in",
    Page: later(() => import("../features/clients/ClientsPage.tsx").then((m) => m.ClientsPage), "account"),
  },
  {
    path: "/lab",
    title: "door.pages.lab",
    tab: "door.pages.lab",
    tabWhere: hasLab,
    access: "signed_in",
    wide: true,
    Page: later(() => import("../features/lab/LabPage.tsx").then((m) => m.LabPage), "lab"),
  },
  {
    path: "/authorize",
    title: "door.pages.authorize",
    access: "signed_in",
    toAnyone: (search) => search.has("problem"),
    Door: AuthorizeWaiting,
    Page: later(
      () => import("../features/approval/AuthorizePage.tsx").then((m) => m.AuthorizePage),
      "approval",
    ),
  },
  {
    path: "/device",
    title: "door.pages.device",
    access: "signed_in",
    Door: DeviceWaiting,
    Page: later(() => import("../features/approval/DevicePage.tsx").then((m) => m.DevicePage), "approval"),
  },
  ...administration,
  { path: "/sign-in", title: "door.pages.sign_in", access: "anyone", Page: SignInPage },
  {
    path: "/register",
    title: "door.pages.register",
    access: "anyone",
    Page: later(() => import("../features/register/RegisterPage.tsx").then((m) => m.RegisterPage)),
  },
];
