/** A `ref`: where what one chooses from scrolls sideways, as on a phone, the current one is brought into view. */
export function intoView(item: HTMLElement | null): void {
  if (item?.getAttribute("aria-current")) item.scrollIntoView?.({ block: "nearest", inline: "center" });
}
