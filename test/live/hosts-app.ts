import { App } from 'aws-cdk-lib';
import { hostsStack } from './hosts-stack.ts';

// See docs/deploy.md, "See for yourself".
hostsStack(new App());
