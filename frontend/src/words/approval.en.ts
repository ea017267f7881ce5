/** The approval of a client. */
export default {} as const;
