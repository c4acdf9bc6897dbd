/** The header by which a server knows that a request came by CloudFront, and the function's variable with its value. */
export const ORIGIN_SECRET_HEADER = 'x-lambda-mcp-origin';
export const ORIGIN_SECRET_VARIABLE = 'LAMBDA_MCP_ORIGIN_SECRET';
