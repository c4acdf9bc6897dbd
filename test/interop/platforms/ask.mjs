import { ask } from './agent.mjs';

console.log(await ask(process.env));
