/** What can be measured, in the order of `docs/performance.md`: a section's file is `<its name>.ts` in this folder. */
export const SECTIONS = [
  'client/signing',
  'client/invocations',
  'client/import-cost',
  'server/request',
  'server/node-host',
  'server/cold-start',
  'stdio/stdio',
  'streaming/latency',
  'streaming/large-result',
  'growth/growth',
  'cost/cost',
  'cost/hosts',
  'audit/audit',
] as const;
