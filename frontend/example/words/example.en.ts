/** The example app. */
export default {} as const;
