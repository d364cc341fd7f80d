const key = 'anlin.largeType';

/** 大字版: whether this phone shows everything larger. */
export const isLargeType = (): boolean => localStorage.getItem(key) === 'on';

export function setLargeType(isOn: boolean): void {
  localStorage.setItem(key, isOn ? 'on' : 'off');
  applyLargeType();
}

/** Every measure of the style sheet is in rem, so one attribute makes all of it larger. */
export function applyLargeType(): void {
  document.documentElement.toggleAttribute('data-large', isLargeType());
}
