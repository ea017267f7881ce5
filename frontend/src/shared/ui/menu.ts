import classes from "./UserMenu.module.css";

/** How menus look and behave, in the library's words: in place, at once, and without a shadow. */
export const menu = {
  offset: 4,
  withinPortal: false,
  withInitialFocusPlaceholder: false,
  shadow: "none",
  transitionProps: { duration: 0 },
  classNames: {
    dropdown: classes.menu ?? "",
    item: classes.item ?? "",
    itemSection: classes.section ?? "",
    itemIndicator: classes.indicator ?? "",
    divider: classes.divider ?? "",
  },
};
