import { expect, it } from 'vitest';
import { endpointAction, endpointStatement } from '../../wire/aws/endpoint-actions.ts';

it('an endpoint’s ARN wants one statement, and any other ARN none of these', () => {
  const web = 'arn:aws:lambda:us-east-1:111122223333:web-function/tools/endpoint/prod';
  expect(endpointStatement(web)).toEqual({ Action: 'lambda:InvokeWebFunctionEndpoint', Resource: web });
  const runtime = 'arn:aws:bedrock-agentcore:us-east-1:111122223333:runtime/tools-Ab3dE5fG7h';
  for (const arn of [runtime, `${runtime}/runtime-endpoint/live`]) {
    expect(endpointStatement(arn)).toEqual({
      Action: 'bedrock-agentcore:InvokeAgentRuntime',
      Resource: [runtime, `${runtime}/*`],
    });
  }
  for (const arn of [
    'arn:aws:lambda:us-east-1:111122223333:function:tools',
    'arn:aws:lambda:us-east-1:111122223333:web-function/tools',
    'arn:aws:bedrock-agentcore:us-east-1:111122223333:gateway/tools',
  ]) {
    expect(endpointStatement(arn)).toBeUndefined();
  }
});

it('a call of a Web Function wants one action, and of a function URL there is no such one', () => {
  const url = new URL('https://example.com/mcp');
  expect(endpointAction('web-function', url)).toBe('lambda:InvokeWebFunctionEndpoint');
  expect(endpointAction('function-url', url)).toBeUndefined();
  expect(endpointAction(undefined, url)).toBeUndefined();
});
