import { defaultRangeExtractor, type Range, useWindowVirtualizer } from "@tanstack/react-virtual";
import { type RefObject, useCallback, useEffect, useLayoutEffect, useState } from "react";

/** What a row is about as high as, until it has been measured: in a table, and as a block. */
const high = 61;
const highAsBlock = 160;
/** Below this width, in CSS pixels, rows are blocks: see list.module.css. */
const narrowest = 760;

/**
 * Which of many rows are drawn: those in the window, some before and after them, and the one that has
 * the focus, wherever that is: a row that is taken away would take the focus with it.
 */
export function useRows(
  body: RefObject<HTMLTableSectionElement | null>,
  count: number,
  /** The same from one drawing to the next while the rows are: all are reckoned anew with another one. */
  keyOf: (index: number) => string,
) {
  const [focused, setFocused] = useState(-1);
  const { top, narrow } = usePlace(body);
  const rangeExtractor = useCallback(
    (range: Range) => {
      const drawn = defaultRangeExtractor(range);
      if (focused < 0 || focused >= range.count || drawn.includes(focused)) return drawn;
      return [...drawn, focused].sort((a, b) => a - b);
    },
    [focused],
  );
  const virtual = useWindowVirtualizer({
    count,
    estimateSize: () => (narrow ? highAsBlock : high),
    overscan: 10,
    scrollMargin: top,
    getItemKey: keyOf,
    rangeExtractor,
    useFlushSync: false,
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: other widths are other heights
  useEffect(() => {
    virtual.measure();
    // That forgets all heights, and nobody tells those of rows that have theirs already. One that is as it
    // was is not taken, unless the estimates are there first: asking for the whole height makes them.
    virtual.getTotalSize();
    for (const row of body.current?.rows ?? [])
      virtual.resizeItem(Number(row.dataset.index), row.offsetHeight);
  }, [narrow]);
  return { virtual, top, setFocused };
}

/** Where the list begins on the page, and whether it is narrow. Looked at whenever it is drawn. */
function usePlace(body: RefObject<HTMLElement | null>): { top: number; narrow: boolean } {
  const [top, setTop] = useState(0);
  const [narrow, setNarrow] = useState(false);
  useLayoutEffect(() => {
    if (!body.current) return;
    const box = body.current.getBoundingClientRect();
    setTop(Math.round(box.top + window.scrollY));
    setNarrow(box.width > 0 && box.width <= narrowest);
  });
  return { top, narrow };
}
