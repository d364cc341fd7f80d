import { applicationEdges, domainEdges, packageEdges } from './edges.ts';

/** The edges as a Mermaid diagram; docs/ARCHITECTURE.md holds it, and a test keeps the two alike. */
export function drawDiagram(): string {
  const lines = (edges: Readonly<Record<string, readonly string[]>>, prefix: string, targetPrefix: string) =>
    Object.entries(edges).flatMap(([from, targets]) =>
      targets.map((to) => `  ${prefix}${from} --> ${targetPrefix}${to}`),
    );
  const domains = Object.keys(domainEdges).map((name) => `    domain_${name}[${name}]`);
  return [
    '```mermaid',
    'flowchart TD',
    '  subgraph server [apps/server/src/domains]',
    ...domains,
    '  end',
    ...lines(domainEdges, 'domain_', 'domain_'),
    ...lines(applicationEdges, 'app_', ''),
    ...lines(packageEdges, '', ''),
    '```',
  ].join('\n');
}
