/** Administration. */
export default {} as const;
