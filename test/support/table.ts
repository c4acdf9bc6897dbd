export { markdownTable as formatTable } from '../../bench/markdown-table.ts';
