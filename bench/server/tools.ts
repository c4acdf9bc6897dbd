import * as z from 'zod';

export interface Tool {
  readonly name: string;
  readonly description: string;
  readonly inputSchema: z.ZodObject;
  readonly outputSchema?: z.ZodObject;
  run(args: Record<string, unknown>): {
    content: { type: 'text'; text: string }[];
    structuredContent?: Record<string, unknown>;
  };
}

/** The tool that is called: with an object, an enum and a default in its input, and an output schema. */
export const CALLED = {
  name: 'get_order',
  arguments: { orderId: 'o-20391', customer: { region: 'eu-west-1', tier: 'gold' }, include: ['lines'] },
};

/** Twenty tools such as a company's function would have: two to five properties, each with a description. */
export function makeTools(): Tool[] {
  const region = () => z.enum(['eu-west-1', 'eu-central-1', 'us-east-1', 'us-west-2']).describe('AWS Region');
  const limit = () => z.int().min(1).max(100).default(20).describe('Most entries to return');
  const cursor = () => z.string().optional().describe('Where to go on, from the last answer');
  const period = () =>
    z
      .object({
        from: z.iso.date().describe('First day, YYYY-MM-DD'),
        to: z.iso.date().describe('Last day, YYYY-MM-DD'),
      })
      .describe('A period, both days included');
  const id = (what: string) => z.string().min(3).max(64).describe(`Id of the ${what}`);
  const input = (name: string, description: string, shape: z.ZodRawShape): Tool => ({
    name,
    description,
    inputSchema: z.object(shape),
    run: () => ({ content: [{ type: 'text', text: `${name}: done` }] }),
  });
  return [
    {
      name: CALLED.name,
      description: 'Reads one order with its lines and its state.',
      inputSchema: z.object({
        orderId: id('order'),
        customer: z
          .object({ region: region(), tier: z.enum(['gold', 'silver', 'none']).describe('Service tier') })
          .describe('Who asks'),
        include: z
          .array(z.enum(['lines', 'history', 'invoice']))
          .max(3)
          .default([])
          .describe('What to return besides the state'),
      }),
      outputSchema: z.object({
        orderId: z.string().describe('Id of the order'),
        state: z.enum(['open', 'paid', 'shipped', 'closed']).describe('Where the order is'),
        total: z.number().min(0).describe('Sum, in euros'),
        lines: z.array(z.object({ sku: z.string(), quantity: z.int() })).describe('What was ordered'),
      }),
      run({ orderId }) {
        const order = { orderId, state: 'shipped', total: 118.4, lines: [{ sku: 'A-100', quantity: 2 }] };
        return { content: [{ type: 'text', text: JSON.stringify(order) }], structuredContent: order };
      },
    },
    {
      ...input('count_orders', 'Counts orders by their state.', { region: region(), period: period() }),
      outputSchema: z.object({
        open: z.int().describe('Orders not paid yet'),
        paid: z.int().describe('Orders paid and not shipped'),
        shipped: z.int().describe('Orders on their way'),
      }),
    },
    {
      ...input('get_stock', 'Tells how many of an article are in stock.', { sku: id('article'), region: region() }),
      outputSchema: z.object({
        sku: z.string().describe('Id of the article'),
        warehouses: z.array(z.object({ name: z.string(), quantity: z.int().min(0) })).describe('Stock by warehouse'),
      }),
    },
    input('search_orders', 'Finds orders by text, state and period.', {
      query: z.string().max(200).describe('Words to look for'),
      state: z.enum(['open', 'paid', 'shipped', 'closed']).optional().describe('Only orders in this state'),
      period: period(),
      limit: limit(),
      cursor: cursor(),
    }),
    input('create_order', 'Creates an order and reserves its articles.', {
      customerId: id('customer'),
      lines: z
        .array(z.object({ sku: id('article'), quantity: z.int().min(1).describe('How many') }))
        .min(1)
        .describe('What is ordered'),
      note: z.string().max(500).optional().describe('A note for the warehouse'),
    }),
    input('cancel_order', 'Cancels an order that has not been shipped.', {
      orderId: id('order'),
      reason: z.enum(['customer', 'stock', 'fraud', 'other']).describe('Why it is cancelled'),
      notify: z.boolean().default(true).describe('Whether the customer is told'),
    }),
    input('list_invoices', 'Lists the invoices of a customer.', {
      customerId: id('customer'),
      period: period(),
      unpaidOnly: z.boolean().default(false).describe('Whether to leave out those that are paid'),
      limit: limit(),
    }),
    input('send_invoice', 'Sends an invoice once more.', {
      invoiceId: id('invoice'),
      to: z.array(z.email()).min(1).max(5).describe('Addresses to send it to'),
      language: z.enum(['en', 'de', 'fr']).default('en').describe('Language of the letter'),
    }),
    input('refund_payment', 'Pays an amount back.', {
      paymentId: id('payment'),
      amount: z.number().positive().describe('Amount, in euros'),
      reason: z.string().max(200).describe('Why, as the customer will read it'),
    }),
    input('find_customer', 'Finds customers by name, address or number.', {
      query: z.string().min(2).describe('Part of a name, an address or a number'),
      country: z.string().length(2).optional().describe('ISO 3166 code of the country'),
      limit: limit(),
      cursor: cursor(),
    }),
    input('update_customer', 'Changes what is known of a customer.', {
      customerId: id('customer'),
      changes: z
        .object({
          name: z.string().optional().describe('Full name'),
          email: z.email().optional().describe('Address for invoices'),
          tier: z.enum(['gold', 'silver', 'none']).optional().describe('Service tier'),
        })
        .describe('What to change; the rest stays'),
    }),
    input('open_ticket', 'Opens a support ticket.', {
      customerId: id('customer'),
      subject: z.string().max(120).describe('What it is about, in a line'),
      body: z.string().max(4000).describe('The whole story'),
      priority: z.enum(['low', 'normal', 'high']).default('normal').describe('How urgent it is'),
      labels: z.array(z.string().max(30)).max(10).default([]).describe('Labels to file it under'),
    }),
    input('close_ticket', 'Closes a support ticket.', {
      ticketId: id('ticket'),
      resolution: z.enum(['solved', 'duplicate', 'withdrawn']).describe('How it ended'),
      comment: z.string().optional().describe('A last word to the customer'),
    }),
    input('list_tickets', 'Lists support tickets.', {
      assignee: z.string().optional().describe('Only those of this person'),
      priority: z.enum(['low', 'normal', 'high']).optional().describe('Only those of this priority'),
      limit: limit(),
      cursor: cursor(),
    }),
    input('move_stock', 'Moves articles from one warehouse to another.', {
      sku: id('article'),
      quantity: z.int().min(1).max(10_000).describe('How many'),
      from: z.string().describe('Warehouse to take them from'),
      to: z.string().describe('Warehouse to bring them to'),
    }),
    input('set_price', 'Sets the price of an article.', {
      sku: id('article'),
      price: z.number().min(0).multipleOf(0.01).describe('Price, in euros'),
      validFrom: z.iso.date().describe('First day of the price, YYYY-MM-DD'),
    }),
    input('track_parcel', 'Tells where a parcel is.', {
      parcelId: id('parcel'),
      carrier: z.enum(['dhl', 'ups', 'dpd', 'gls']).describe('Who carries it'),
    }),
    input('book_pickup', 'Books a carrier to fetch parcels.', {
      warehouse: z.string().describe('Where to fetch them'),
      slot: z.object({ day: z.iso.date().describe('Day, YYYY-MM-DD'), hour: z.int().min(6).max(20) }).describe('When'),
      parcels: z.array(id('parcel')).min(1).max(50).describe('What to fetch'),
    }),
    input('run_report', 'Runs a report and sends its result.', {
      report: z.enum(['sales', 'stock', 'returns', 'tickets']).describe('Which report'),
      period: period(),
      groupBy: z
        .array(z.enum(['day', 'week', 'region', 'sku']))
        .max(2)
        .default(['week'])
        .describe('Columns to group by'),
      format: z.union([z.literal('csv'), z.literal('xlsx')]).describe('File format'),
      recipients: z.array(z.email()).default([]).describe('Who gets it'),
    }),
    input('health', 'Tells whether the services behind these tools are well.', {
      region: region(),
      services: z.record(z.string(), z.boolean()).optional().describe('Which services to ask, by name'),
    }),
  ];
}
