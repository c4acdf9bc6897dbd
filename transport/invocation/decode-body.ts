type Decoder = () => ReadableWritablePair<Uint8Array, Uint8Array>;

const DECODERS: Readonly<Record<string, Decoder>> = {
  gzip: () => new DecompressionStream('gzip') as ReturnType<Decoder>,
  'x-gzip': () => new DecompressionStream('gzip') as ReturnType<Decoder>,
  deflate: () => new DecompressionStream('deflate') as ReturnType<Decoder>,
  br: () => {
    const { Duplex } = process.getBuiltinModule('node:stream');
    return Duplex.toWeb(process.getBuiltinModule('node:zlib').createBrotliDecompress()) as ReturnType<Decoder>;
  },
};

/** A response whose body is what its `Content-Encoding` says, decoded as a `fetch` would have; unknown ones stay. */
export function decodeBody(response: Response): Response {
  const encodings = response.headers.get('content-encoding')?.toLowerCase().split(',') ?? [];
  const decoders = encodings.map((encoding) => DECODERS[encoding.trim()]);
  if (!response.body || decoders.length === 0 || decoders.includes(undefined)) return response;
  const body = (decoders as Decoder[]).reduceRight<ReadableStream<Uint8Array>>(
    (encoded, decoder) => encoded.pipeThrough(decoder()),
    response.body,
  );
  const headers = new Headers(response.headers);
  headers.delete('content-encoding');
  headers.delete('content-length');
  return new Response(body, { status: response.status, headers });
}
