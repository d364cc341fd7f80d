import { useEffect } from 'react';

/** What a person types into first: days open a calendar when they get the focus, so they wait for a key. */
const fields = ['input:not([type="checkbox"], [type="radio"], [type="file"], [type="hidden"])', 'textarea'];
const fieldSelector = fields
  .map((one) => `${one}:not(:disabled, [readonly]:not([role="combobox"]), [tabindex="-1"])`)
  .map((one) => `:is(.ant-modal-body, .ant-drawer-body form) ${one}`)
  .join(', ');

/**
 * A dialog opens with the focus in its first field, or in the one marked `data-first`, and gives the focus back to where it was
 * when it goes. Left alone, the focus starts on the cross that closes it, because React's `autoFocus` comes before the dialog
 * is in the document, and is lost when the dialog is taken out.
 */
export function useDialogFocus(): void {
  useEffect(() => {
    const returns = new Map<Element, Element | null>();
    const onFocus = ({ target, relatedTarget }: FocusEvent) => {
      const cross = target instanceof Element ? target.closest('.ant-modal-close, .ant-drawer-close') : null;
      const dialog = cross?.closest('[role="dialog"]');
      // Who tabs to the cross comes from within.
      const before = relatedTarget instanceof Element ? relatedTarget : null;
      if (!dialog || dialog.contains(before) || (before === null && returns.has(dialog))) return;
      returns.set(dialog, before);
      firstField(dialog)?.focus({ preventScroll: true });
    };
    const gone = new MutationObserver(() => {
      for (const [dialog, before] of returns) {
        if (dialog.isConnected) continue;
        returns.delete(dialog);
        if (document.activeElement === document.body && before instanceof HTMLElement && before.isConnected)
          before.focus({ preventScroll: true });
      }
    });
    document.addEventListener('focusin', onFocus);
    gone.observe(document.body, { childList: true });
    return () => {
      document.removeEventListener('focusin', onFocus);
      gone.disconnect();
    };
  }, []);
}

function firstField(dialog: Element): HTMLElement | undefined {
  const wanted = [...dialog.querySelectorAll<HTMLElement>(fieldSelector)].filter((one) => !one.closest('.ant-picker'));
  return wanted.find((one) => one.dataset.first !== undefined) ?? wanted[0];
}
