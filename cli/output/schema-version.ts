/** Of what `--json` prints: it grows when a field changes its meaning or goes, not when one is added. */
export const SCHEMA_VERSION = 1;
