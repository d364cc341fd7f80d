import type { PointerEvent, ThHTMLAttributes } from 'react';
import { minColumnWidth } from './column-memory.ts';
import styles from './resizable-header.module.css';

interface ResizableHeaderProps extends ThHTMLAttributes<HTMLTableCellElement> {
  /** Told of the new width in pixels when the person lets go. Without it the column keeps its width. */
  onResized?: (width: number) => void;
}

/** Header cell with a handle at its right edge for dragging the column wider or narrower. */
export function ResizableHeader({ onResized, children, ...rest }: ResizableHeaderProps) {
  if (!onResized) return <th {...rest}>{children}</th>;
  const begin = (event: PointerEvent<HTMLSpanElement>) => {
    event.preventDefault();
    event.stopPropagation();
    const handle = event.currentTarget;
    const cell = handle.parentElement;
    if (!cell) return;
    const startX = event.clientX;
    const startWidth = cell.getBoundingClientRect().width;
    const widthAt = (x: number) => Math.max(minColumnWidth, Math.round(startWidth + x - startX));
    const onMove = (move: globalThis.PointerEvent) => {
      handle.style.transform = `translateX(${widthAt(move.clientX) - startWidth}px)`;
    };
    const onEnd = (end: globalThis.PointerEvent) => {
      handle.removeEventListener('pointermove', onMove);
      handle.style.transform = '';
      if (end.type === 'pointerup') onResized(widthAt(end.clientX));
    };
    handle.setPointerCapture(event.pointerId);
    handle.addEventListener('pointermove', onMove);
    handle.addEventListener('pointerup', onEnd, { once: true });
    handle.addEventListener('pointercancel', onEnd, { once: true });
  };
  return (
    <th {...rest}>
      {children}
      <span
        className={styles.handle}
        aria-hidden="true"
        onPointerDown={begin}
        // A drag that ends over the title must not sort the column.
        onClick={(event) => event.stopPropagation()}
      />
    </th>
  );
}
