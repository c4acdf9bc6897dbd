/** Colours that a picture has in the light, and in the dark. */
const STYLE = `
  svg { color-scheme: light dark; }
  .paper { fill: #ffffff; } .ink { fill: #1f2328; } .faint { fill: #59636e; } .good { fill: #1a7f37; } .accent { fill: #0550ae; }
  .box { fill: #f6f8fa; stroke: #d1d9e0; } .line { stroke: #59636e; fill: none; } .head { fill: #59636e; }
  @media (prefers-color-scheme: dark) {
    .paper { fill: #0d1117; } .ink { fill: #f0f6fc; } .faint { fill: #9198a1; } .good { fill: #3fb950; } .accent { fill: #79c0ff; }
    .box { fill: #151b23; stroke: #3d444d; } .line { stroke: #9198a1; } .head { fill: #9198a1; }
  }`;

export type Shade = 'ink' | 'faint' | 'good' | 'accent';

/** A whole SVG document. @param label what a screen reader says of it */
export function svg(width: number, height: number, label: string, content: readonly string[]): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escaped(label)}">`,
    `<style>${STYLE}\n</style>`,
    `<rect class="paper" width="${width}" height="${height}" rx="8"/>`,
    ...content,
    '</svg>\n',
  ].join('\n');
}

/** A line of text whose beginning, or middle, is at a point. */
export function text(x: number, y: number, said: string, shade: Shade, style = '', anchor = 'start'): string {
  return `<text x="${x}" y="${y}" class="${shade}" text-anchor="${anchor}" xml:space="preserve" style="${style}">${escaped(said)}</text>`;
}

export function escaped(said: string): string {
  return said.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
