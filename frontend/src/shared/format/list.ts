/** "A", "A and B", "A, B and C", "A, B, C and 3 more". */
export function names(all: string[], most = 4): string {
  if (all.length > most + 1) return `${all.slice(0, most).join(", ")} and ${all.length - most} more`;
  const last = all.at(-1) ?? "";
  return all.length < 2 ? last : `${all.slice(0, -1).join(", ")} and ${last}`;
}
