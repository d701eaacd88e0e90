import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

export type Reply = (response: ServerResponse, request: IncomingMessage) => void;

/** An AWS that answers each request with the next of `replies`, the last one for good. */
export async function startStubAws(...replies: Reply[]) {
  const requests: { readonly operation: string; readonly connection: number }[] = [];
  const connections = new Map<unknown, number>();
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      if (!connections.has(request.socket)) connections.set(request.socket, connections.size);
      requests.push({
        operation: new URLSearchParams(body).get('Action') ?? '',
        connection: connections.get(request.socket) ?? -1,
      });
      const reply = replies[Math.min(requests.length, replies.length) - 1];
      reply?.(response, request);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    requests,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export const ok =
  (operation: string, body = ''): Reply =>
  (response) => {
    response.setHeader('content-type', 'text/xml');
    response.end(`<${operation}Response><requestId>r-1</requestId>${body}</${operation}Response>`);
  };

export const refuse =
  (status: number, code: string, message = code): Reply =>
  (response) => {
    response.writeHead(status, { 'content-type': 'text/xml', 'x-amzn-requestid': 'r-2' });
    response.end(
      `<Response><Errors><Error><Code>${code}</Code><Message>${message}</Message></Error></Errors><RequestID>r-2</RequestID></Response>`,
    );
  };

export const html: Reply = (response) => {
  response.writeHead(500, { 'content-type': 'text/html' });
  response.end('<!doctype html><html><title>500 Internal Server Error</title><p>oops</html>');
};

/** The request has arrived whole; the reply is lost. */
export const cut: Reply = (response) => void response.destroy();

export const cutWithinBody: Reply = (response) => {
  response.writeHead(200, { 'content-type': 'text/xml', 'content-length': '1000' });
  response.write('<AllocateAddressResponse>');
  setTimeout(() => response.destroy(), 20);
};

export const hang: Reply = () => {};
