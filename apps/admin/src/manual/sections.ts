const files = import.meta.glob<string>('../../../../docs/manual/*.md', { query: '?raw', import: 'default' });

const sections = new Map(
  Object.entries(files).map(([path, load]) => [path.slice(path.lastIndexOf('/') + 1, -'.md'.length), load]),
);

export function hasSection(section: string): boolean {
  return sections.has(section);
}

/** Markdown of a section of the manual, loaded when first read; `undefined` when there is none. */
export async function loadSection(section: string): Promise<string | undefined> {
  return sections.get(section)?.();
}
