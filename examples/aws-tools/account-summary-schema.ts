import * as z from 'zod';

const amount = z.number().describe('Rounded to 1/100');
/** What the tool answers. */
export const outputSchema = z.object({
  accountId: z.string().describe('Where this server runs'),
  costsOf: z.string().nullable().describe('The linked account that costs are of; null: all that this account pays for'),
  region: z.string().describe('Where resources were counted'),
  currency: z.string(),
  previousMonth: z.object({ start: z.string(), total: amount }),
  monthToDate: z.object({
    start: z.string(),
    until: z.string().describe('Exclusive: today is not in it'),
    total: amount,
    services: z.object({
      rows: z.array(z.object({ service: z.string(), amount })),
      leftOut: z.object({ rows: z.int(), amount }).nullable(),
    }),
    linkedAccounts: z
      .object({
        rows: z.array(z.object({ account: z.string(), name: z.string(), amount })),
        leftOut: z.object({ rows: z.int(), amount }).nullable(),
      })
      .nullable()
      .describe('Null: not asked for'),
  }),
  forecast: z
    .object({ until: z.string().describe('Exclusive'), rest: amount, month: amount })
    .nullable()
    .describe('Of the rest of the month, today included, and of all of it; null: too little history to tell'),
  resources: z.object({
    total: z.int(),
    complete: z.boolean().describe('False: there are more, which were not counted'),
    types: z.object({
      rows: z.array(z.object({ type: z.string(), count: z.int() })),
      leftOut: z.object({ rows: z.int(), count: z.int() }).nullable(),
    }),
  }),
  notes: z.array(z.string()),
});

export type AccountSummary = z.infer<typeof outputSchema>;
