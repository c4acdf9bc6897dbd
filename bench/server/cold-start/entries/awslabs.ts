import { awslabsHandler } from '../../handlers/awslabs.ts';

export const handler = awslabsHandler(process.env.STDIO_SERVER as string);
