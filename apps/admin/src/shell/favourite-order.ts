/** `paths` with the one at `from` put where the one at `to` stands. */
export function movePath(paths: readonly string[], from: number, to: number): string[] {
  const moved = [...paths];
  const [path] = moved.splice(from, 1);
  if (path !== undefined) moved.splice(Math.max(0, Math.min(to, moved.length)), 0, path);
  return moved;
}
