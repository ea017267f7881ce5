import {
  Button,
  Checkbox,
  type CSSVariablesResolver,
  createTheme,
  defaultVariantColorsResolver,
  type MantineColorSchemeManager,
  type MantineColorsTuple,
  PasswordInput,
  Skeleton,
  TextInput,
  type VariantColorsResolver,
} from "@mantine/core";
import classes from "./theme.module.css";

const ink: MantineColorsTuple = [
  "#eaeefb",
  "#d0d9fb",
  "#b8c5fd",
  "#a4b6ff",
  "#7b90ea",
  "#546cd8",
  "#4a64d4",
  "#2a47b8",
  "#223a98",
  "#1a2c74",
];

const line = "1px solid var(--line-strong)";

/** The four buttons of the look: filled (one to a page), default, danger, danger-filled, and subtle. */
const buttons: VariantColorsResolver = (input) => {
  const white = { color: "var(--on-accent)", hoverColor: "var(--on-accent)" };
  switch (input.variant) {
    case "filled":
      return {
        background: "var(--accent-fill)",
        hover: "var(--accent-fill-hover)",
        border: "1px solid var(--accent-fill)",
        ...white,
      };
    case "danger":
      return {
        background: "var(--surface)",
        hover: "var(--danger-soft)",
        color: "var(--danger)",
        hoverColor: "var(--danger)",
        border: line,
      };
    case "danger-filled":
      return {
        background: "var(--danger-fill)",
        hover: "var(--danger-fill)",
        border: "1px solid var(--danger-fill)",
        ...white,
      };
    case "default":
      return {
        background: "var(--surface)",
        hover: "var(--sunken)",
        color: "var(--text)",
        hoverColor: "var(--text)",
        border: line,
      };
    case "subtle":
      return {
        background: "transparent",
        hover: "var(--sunken)",
        color: "var(--text-2)",
        hoverColor: "var(--text)",
        border: "1px solid transparent",
      };
    default:
      return defaultVariantColorsResolver(input);
  }
};

const field = {
  classNames: {
    root: classes.field ?? "",
    label: classes.label ?? "",
    input: classes.input ?? "",
    error: classes.error ?? "",
    description: classes.description ?? "",
  },
  inputWrapperOrder: ["label" as const, "description" as const, "input" as const, "error" as const],
};

export const theme = createTheme({
  primaryColor: "ink",
  primaryShade: { light: 7, dark: 6 },
  colors: { ink },
  fontFamily: "var(--font)",
  fontFamilyMonospace: "var(--mono)",
  fontSizes: { sm: "12px", md: "14px", lg: "20px" },
  lineHeights: { sm: "16px", md: "20px", lg: "28px" },
  spacing: { xs: "8px", sm: "12px", md: "16px", lg: "24px", xl: "32px" },
  radius: { sm: "4px", md: "6px" },
  defaultRadius: "md",
  shadows: { xs: "none", sm: "none", md: "none", lg: "none", xl: "none" },
  focusRing: "auto",
  respectReducedMotion: true,
  activeClassName: "",
  variantColorResolver: buttons,
  components: {
    Button: Button.extend({
      defaultProps: { variant: "default" },
      classNames: {
        root: classes.button ?? "",
        label: classes.buttonLabel ?? "",
        section: classes.buttonSection ?? "",
      },
    }),
    TextInput: TextInput.extend({ defaultProps: field }),
    PasswordInput: PasswordInput.extend({
      defaultProps: { ...field, classNames: { ...field.classNames, innerInput: classes.innerInput ?? "" } },
    }),
    Checkbox: Checkbox.extend({
      classNames: {
        root: classes.check ?? "",
        body: classes.checkBody ?? "",
        input: classes.checkInput ?? "",
        label: classes.checkLabel ?? "",
        labelWrapper: classes.checkLabelWrapper ?? "",
        description: classes.description ?? "",
      },
    }),
    Skeleton: Skeleton.extend({ classNames: { root: classes.skeleton ?? "" } }),
  },
});

const ours = {
  "--mantine-color-body": "var(--canvas)",
  "--mantine-color-text": "var(--text)",
  "--mantine-color-dimmed": "var(--text-2)",
  "--mantine-color-placeholder": "var(--text-3)",
  "--mantine-color-default": "var(--surface)",
  "--mantine-color-default-hover": "var(--sunken)",
  "--mantine-color-default-color": "var(--text)",
  "--mantine-color-default-border": "var(--line-strong)",
  "--mantine-color-error": "var(--danger)",
  "--mantine-color-anchor": "var(--accent)",
  "--mantine-color-disabled": "var(--sunken)",
  "--mantine-color-disabled-color": "var(--text-3)",
  "--mantine-color-disabled-border": "var(--line)",
  "--mantine-primary-color-filled": "var(--accent-fill)",
  "--mantine-primary-color-filled-hover": "var(--accent-fill-hover)",
};

/** Points the library's variables at ours, which carry both themes themselves. */
export const variables: CSSVariablesResolver = () => ({ variables: {}, light: ours, dark: ours });

/** Follows the system and remembers nothing: no page of ours writes to the browser's storage. */
export const systemScheme: MantineColorSchemeManager = {
  get: (byDefault) => byDefault,
  set: () => {},
  subscribe: () => {},
  unsubscribe: () => {},
  clear: () => {},
};
