/** By this the server's own lines are known in its log; CloudWatch's namespace of the metrics that they embed. */
export const LOG_NAMESPACE = 'LambdaMcp';
