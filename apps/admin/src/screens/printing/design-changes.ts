import {
  type PrintElement,
  type PrintElementKind,
  type PrintTemplateContent,
  type PrintType,
  printElement,
  printSheet,
  printTypeOf,
} from '@anlin/contract';

export type AreaKey = 'header' | 'footer';

/** Places snap to this many mm. */
export const gridMm = 0.5;

export const snap = (mm: number) => Math.round(mm / gridMm) * gridMm;

export function innerWidthMm(content: PrintTemplateContent): number {
  return printSheet(content).widthMm - content.margins.left - content.margins.right;
}

export function areaOf(content: PrintTemplateContent, id: string | undefined): AreaKey | undefined {
  return (['header', 'footer'] as const).find((key) => content[key].elements.some((element) => element.id === id));
}

export function elementOf(content: PrintTemplateContent, id: string | undefined): PrintElement | undefined {
  return [...content.header.elements, ...content.footer.elements].find((element) => element.id === id);
}

export function changeElement(
  content: PrintTemplateContent,
  id: string,
  patch: Partial<PrintElement>,
): PrintTemplateContent {
  const key = areaOf(content, id);
  if (!key) return content;
  const elements = content[key].elements.map((element) => (element.id === id ? { ...element, ...patch } : element));
  return { ...content, [key]: { ...content[key], elements } };
}

export function removeElement(content: PrintTemplateContent, id: string): PrintTemplateContent {
  const without = (key: AreaKey) => content[key].elements.filter((element) => element.id !== id);
  return {
    ...content,
    header: { ...content.header, elements: without('header') },
    footer: { ...content.footer, elements: without('footer') },
  };
}

const sizes: Readonly<Record<PrintElementKind, { width: number; height: number }>> = {
  field: { width: 45, height: 5 },
  text: { width: 40, height: 5 },
  line: { width: 60, height: 0 },
  box: { width: 40, height: 12 },
  image: { width: 20, height: 20 },
  seal: { width: 30, height: 30 },
  logo: { width: 20, height: 20 },
  qr: { width: 20, height: 20 },
};

/** A new element of the palette at a place of an area, kept inside it. */
export function addElement(
  type: PrintType,
  content: PrintTemplateContent,
  area: AreaKey,
  given: { kind: PrintElementKind; field?: string; x: number; y: number },
): { content: PrintTemplateContent; id: string } {
  const taken = new Set([...content.header.elements, ...content.footer.elements].map((element) => element.id));
  let count = taken.size + 1;
  while (taken.has(`e${count}`)) count += 1;
  const id = `e${count}`;
  const width = Math.min(sizes[given.kind].width, innerWidthMm(content));
  const height = Math.min(sizes[given.kind].height, content[area].heightMm);
  const place = keepInside(content, area, { x: given.x, y: given.y, width, height });
  const label = given.field === undefined ? '' : (printTypeOf(type).fields[given.field]?.label ?? '');
  const element = printElement.parse({
    id,
    kind: given.kind,
    ...place,
    field: given.field ?? (given.kind === 'qr' ? ('number' in printTypeOf(type).fields ? 'number' : 'houseName') : ''),
    label: given.kind === 'field' ? `${label}：` : '',
    text: given.kind === 'text' ? '文字' : '',
  });
  return { content: { ...content, [area]: { ...content[area], elements: [...content[area].elements, element] } }, id };
}

interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** The box snapped to the grid and moved, if need be made smaller, so that it lies within its area. */
export function keepInside(content: PrintTemplateContent, area: AreaKey, box: Box): Box {
  const areaWidth = innerWidthMm(content);
  const areaHeight = content[area].heightMm;
  const width = Math.min(Math.max(0, snap(box.width)), areaWidth);
  const height = Math.min(Math.max(0, snap(box.height)), areaHeight);
  return {
    x: Math.min(Math.max(0, snap(box.x)), Math.max(0, areaWidth - width)),
    y: Math.min(Math.max(0, snap(box.y)), Math.max(0, areaHeight - height)),
    width,
    height,
  };
}
