import { readPrintImage } from '@anlin/contract';
import { type PrintPage, type PrintPrimitive, pointMm } from '@anlin/print-layout';
import { memo } from 'react';
import { printFontFamily } from './print-fonts.ts';

/** One page as it prints: an SVG whose unit is the millimetre. */
export const PageView = memo(function PageView({ page, label }: { page: PrintPage; label: string }) {
  return (
    <svg
      role="img"
      aria-label={label}
      className="print-page"
      width={`${page.widthMm}mm`}
      height={`${page.heightMm}mm`}
      viewBox={`0 0 ${page.widthMm} ${page.heightMm}`}
      fontFamily={printFontFamily}
      fill="#000"
      style={{ fontVariantLigatures: 'none', fontKerning: 'none' }}
    >
      {page.primitives.map((one, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a page is drawn whole, its parts have no identity.
        <Primitive key={index} one={one} />
      ))}
    </svg>
  );
});

export function imageAddress(imageId: string): string {
  return readPrintImage.path.replace(':id', encodeURIComponent(imageId));
}

function Primitive({ one }: { one: PrintPrimitive }) {
  switch (one.kind) {
    case 'text':
      return (
        <text
          x={one.x}
          y={one.baseline}
          fontSize={one.sizePt * pointMm}
          fontWeight={one.isBold ? 700 : 400}
          textLength={one.width}
          lengthAdjust="spacingAndGlyphs"
          style={{ whiteSpace: 'pre' }}
        >
          {one.text}
        </text>
      );
    case 'line':
      return <line x1={one.x1} y1={one.y1} x2={one.x2} y2={one.y2} stroke="#000" strokeWidth={one.lineMm} />;
    case 'box':
      return (
        <rect
          x={one.x}
          y={one.y}
          width={one.width}
          height={one.height}
          fill="none"
          stroke="#000"
          strokeWidth={one.lineMm}
        />
      );
    case 'fill':
      return (
        <path d={one.rectangles.map(([x, y, width, height]) => `M${x} ${y}h${width}v${height}h${-width}z`).join('')} />
      );
    case 'image':
      return <image href={imageAddress(one.imageId)} x={one.x} y={one.y} width={one.width} height={one.height} />;
  }
}
