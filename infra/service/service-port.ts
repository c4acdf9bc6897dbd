/** Where a container listens. */
export const SERVICE_PORT = 8000;
