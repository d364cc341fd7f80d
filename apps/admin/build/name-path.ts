/** Name of a form field as one text, as antd's radio groups use it. */
export function toNamePathStr(name: string | number | readonly (string | number)[]): string {
  return [name].flat().join('_');
}
