import { afterEach, expect, it } from 'vitest';
import { withDefaultTarget } from '../../cli/default-target.ts';

const SERVER = 'https://mcp.example.com/';
afterEach(() => {
  delete process.env.MCP_SERVER_URL;
});

it.each([
  ['tools', [], [SERVER]],
  ['tools', ['other'], ['other']],
  ['logout', [], [SERVER]],
  ['call', ['greet'], [SERVER, 'greet']],
  ['call', ['greet', 'name=Ada'], [SERVER, 'greet', 'name=Ada']],
  ['call', ['greet', '-'], [SERVER, 'greet', '-']],
  ['call', ['other', 'greet'], ['other', 'greet']],
  ['call', ['other', 'greet', 'name=Ada'], ['other', 'greet', 'name=Ada']],
  ['call', ['https://other.example.com/'], ['https://other.example.com/']],
  ['call', [], []],
  // They name functions.
  ['grant', [], []],
  ['audit', [], []],
])('%s takes MCP_SERVER_URL where %j names no target', (name, given, taken) => {
  expect(withDefaultTarget(name, given)).toEqual(given);
  process.env.MCP_SERVER_URL = SERVER;
  expect(withDefaultTarget(name, given)).toEqual(taken);
});
