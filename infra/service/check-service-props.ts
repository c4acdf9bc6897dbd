import { Token } from 'aws-cdk-lib';
import { assertHostName } from '../host-name.ts';
import { assertScaling } from './assert-scaling.ts';
import type { McpServiceProps } from './mcp-service-props.ts';

const NAME = /^[A-Za-z0-9](?:[A-Za-z0-9_-]{0,62})$/;

/** @throws Error for options that cannot be meant, or that would let everybody in */
export function checkServiceProps(construct: string, props: McpServiceProps): void {
  const refuse = (why: string): never => {
    throw new Error(`${construct}: ${why}`);
  };
  const { entry, image, auth, beside, name, stopTimeout, memoryAlarm, scaling } = props;
  if ((entry === undefined) === (image === undefined)) refuse('give either entry or image.');
  if (props.public && !auth) {
    refuse('without auth it checks nobody, and public would let everybody call it. Leave out public, or give auth.');
  }
  if (props.public && !props.certificate) refuse('public needs a certificate: tokens would be read on their way.');
  if (props.public && props.domainName === undefined) {
    refuse('public needs a domainName, for which the certificate is and by which clients call.');
  }
  assertHostName(construct, props.domainName);
  if (name !== undefined && Token.isUnresolved(name)) {
    refuse('its name is known to the deployment only, and its image and paths are made before. Give a text.');
  }
  if (name !== undefined && !NAME.test(name)) {
    refuse(`"${name}" is no name for a path: give letters, digits, - and _, 63 at most.`);
  }
  if (beside && (props.vpc || props.certificate || props.public || props.domainName !== undefined)) {
    refuse('beside another service it has that one’s vpc, certificate, domainName and public. Leave them out.');
  }
  if (beside?.network.isPublic && !auth) refuse('the service beside it is public, so that this one needs auth too.');
  if (stopTimeout && stopTimeout.toSeconds() > 120) refuse('Fargate takes a stopTimeout of 120 seconds at most.');
  if (memoryAlarm !== undefined && !Token.isUnresolved(memoryAlarm) && !(memoryAlarm > 0 && memoryAlarm <= 100)) {
    refuse(`memoryAlarm is ${memoryAlarm}. Give the percentage of a task's memory at which to ring, 100 at most.`);
  }
  assertScaling(construct, scaling, 2);
}
