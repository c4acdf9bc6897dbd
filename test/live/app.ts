import { App } from 'aws-cdk-lib';
import { liveStack } from './stack.ts';

// See docs/deploy.md, "See for yourself".
liveStack(new App());
