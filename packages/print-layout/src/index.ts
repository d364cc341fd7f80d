export { checkTemplate, elementName, type TemplateProblem } from './check-template.ts';
export { exampleDocument } from './example-document.ts';
export { isRareCharacter, rareUnicodeRange } from './font-metrics.ts';
export { layoutDocument } from './layout-document.ts';
export type { PrintLayout, PrintPage, PrintPrimitive } from './primitives.ts';
export { pointMm, textMm } from './text-lines.ts';
