import { lexer, type Token, type Tokens } from 'marked';
import { createElement, Fragment, type ReactNode } from 'react';
import { ManualLink } from './manual-context.tsx';
import styles from './markdown-view.module.css';

/**
 * Markdown as React elements. Nothing passes through `innerHTML`: raw HTML in the text is shown as the
 * characters it consists of, and links lead only to the manual, to pages of ours and to https.
 */
export function MarkdownView({ text }: { text: string }) {
  return <article className={styles.text}>{blocks(lexer(text))}</article>;
}

function blocks(tokens: readonly Token[] | undefined): ReactNode {
  return tokens?.map((token, index) => <Fragment key={keyOf(token, index)}>{block(token)}</Fragment>);
}

function keyOf(token: Token, index: number): string {
  return `${index}-${token.type}`;
}

function block(token: Token): ReactNode {
  switch (token.type) {
    case 'heading':
      return createElement(`h${Math.min(token.depth, 6)}`, null, inline(token.tokens));
    case 'paragraph':
      return <p>{inline(token.tokens)}</p>;
    case 'list':
      return list(token as Tokens.List);
    case 'table':
      return table(token as Tokens.Table);
    case 'blockquote':
      return <blockquote>{blocks(token.tokens)}</blockquote>;
    case 'code':
      return (
        <pre>
          <code>{token.text}</code>
        </pre>
      );
    case 'hr':
      return <hr />;
    case 'space':
    case 'def':
      return null;
    case 'text':
      return token.tokens ? inline(token.tokens) : token.text;
    default:
      return <p>{token.raw}</p>;
  }
}

function list(token: Tokens.List): ReactNode {
  const items = token.items.map((item, index) => <li key={keyOf(item, index)}>{blocks(item.tokens)}</li>);
  return token.ordered ? <ol start={token.start === '' ? 1 : token.start}>{items}</ol> : <ul>{items}</ul>;
}

function table({ header, rows }: Tokens.Table): ReactNode {
  const cells = (row: Tokens.TableCell[], tag: 'th' | 'td') =>
    row.map((cell, index) => createElement(tag, { key: `${index}-${cell.text}` }, inline(cell.tokens)));
  return (
    <table>
      <thead>
        <tr>{cells(header, 'th')}</tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.map((cell) => cell.text).join('|')}>{cells(row, 'td')}</tr>
        ))}
      </tbody>
    </table>
  );
}

function inline(tokens: readonly Token[] | undefined): ReactNode {
  return tokens?.map((token, index) => <Fragment key={keyOf(token, index)}>{span(token)}</Fragment>);
}

function span(token: Token): ReactNode {
  switch (token.type) {
    case 'strong':
      return <strong>{inline(token.tokens)}</strong>;
    case 'em':
      return <em>{inline(token.tokens)}</em>;
    case 'codespan':
      return <code>{token.text}</code>;
    case 'br':
      return <br />;
    case 'link':
      return link(token as Tokens.Link);
    case 'escape':
      return token.text;
    case 'text':
      return 'tokens' in token && token.tokens ? inline(token.tokens) : token.text;
    default:
      return token.raw;
  }
}

/** `lists.md` is another section; `https://…` opens beside; anything else is only its words. */
function link({ href, tokens }: Tokens.Link): ReactNode {
  const section = /^(?:\.\/)?([a-z0-9-]+)\.md$/.exec(href)?.[1];
  if (section !== undefined) return <ManualLink section={section}>{inline(tokens)}</ManualLink>;
  if (!href.startsWith('https://')) return inline(tokens);
  return (
    <a href={href} target="_blank" rel="noreferrer">
      {inline(tokens)}
    </a>
  );
}
