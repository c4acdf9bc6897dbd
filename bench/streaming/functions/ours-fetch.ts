import { createLambdaHandler } from 'lambda-mcp/server/fetch';
import { answerLarge } from '../large-answer.ts';

export const handler = createLambdaHandler({ fetch: answerLarge });
