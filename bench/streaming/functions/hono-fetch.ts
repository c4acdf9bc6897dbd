import { Hono } from 'hono';
import { streamHandle } from 'hono/aws-lambda';
import { answerLarge } from '../large-answer.ts';

const app = new Hono();
app.all('/', ({ req }) => answerLarge(req.raw));

export const handler = streamHandle(app);
