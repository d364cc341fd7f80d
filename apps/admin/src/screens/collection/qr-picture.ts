import type { CollectionSheet } from '@anlin/contract';
import { encode, renderSVG } from 'uqr';

const options = { ecc: 'M', border: 2 } as const;

/** What the code holds: an address of this site. */
export const addressOf = (sheet: CollectionSheet): string => new URL(sheet.path, window.location.origin).href;

export const svgOf = (sheet: CollectionSheet): string => renderSVG(addressOf(sheet), options);

export const pictureOf = (sheet: CollectionSheet): string =>
  `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svgOf(sheet))}`;

/** `春晖花园 服务中心`: names the file and stands below the code. */
export const captionOf = ({ communityName, placeLabel, name }: CollectionSheet): string =>
  `${communityName} ${placeLabel || name}`;

const moduleSize = 16;
const captionHeight = 96;

/** The code with its caption as a PNG, sharp enough for a sign of half a metre. */
export function pngOf(sheet: CollectionSheet): string {
  const { data, size } = encode(addressOf(sheet), options);
  const canvas = document.createElement('canvas');
  canvas.width = size * moduleSize;
  canvas.height = size * moduleSize + captionHeight;
  const paint = canvas.getContext('2d');
  if (!paint) return '';
  paint.fillStyle = '#fff';
  paint.fillRect(0, 0, canvas.width, canvas.height);
  paint.fillStyle = '#000';
  for (const [row, modules] of data.entries())
    for (const [column, isDark] of modules.entries())
      if (isDark) paint.fillRect(column * moduleSize, row * moduleSize, moduleSize, moduleSize);
  paint.font = '44px "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif';
  paint.textAlign = 'center';
  paint.fillText(captionOf(sheet), canvas.width / 2, size * moduleSize + captionHeight / 2, canvas.width - 40);
  return canvas.toDataURL('image/png');
}
