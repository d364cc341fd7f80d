/** Which of the papers were counted, and which of those are not the first of their kind. */
export function countedPapers(
  ids: readonly string[],
  counted: readonly { id: string; printCount: number }[],
): { printable: string[]; reprints: string[] } {
  const known = new Set(counted.map((one) => one.id));
  return {
    printable: ids.filter((id) => known.has(id)),
    reprints: counted.filter((one) => one.printCount > 1).map((one) => one.id),
  };
}
