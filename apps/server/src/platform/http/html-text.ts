const marks: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** Text as it may stand between tags and in a quoted attribute of a page. */
export const htmlText = (text: string): string => text.replace(/[&<>"']/g, (mark) => marks[mark] ?? '');
