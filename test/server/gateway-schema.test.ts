import { expect, it } from 'vitest';
import { toGatewaySchema } from '../../server/gateway/gateway-schema.ts';

it('choices stand in the description, behind what it says', () => {
  const choices = { type: 'string', description: 'A size.', enum: ['S', 'L'] };
  expect(toGatewaySchema(choices, 'tool.size')).toEqual({ type: 'string', description: 'A size. One of: "S", "L".' });
  expect(toGatewaySchema({ type: 'string', enum: ['S'] }, 'tool.size').description).toBe('One of: "S".');
  expect(toGatewaySchema({ type: 'string' }, 'tool.size')).toEqual({ type: 'string' });
});
